# Where do the covariances and reliabilities of reliability.json come from? Rscript tests/reference/reliability.R, from
# the root; R 4.2 with psych 2.2.9 and psychTools 2.2.9. The 25 items are those of psychTools::bfi (2,800 people); of
# them only what follows is kept: for each scale the covariances of those who answered all five of its items, as they
# were asked (A1, C4, C5, E1, E2, O2 and O5 run against the others). LSAT6 is the table of 1,000 people by which of five
# questions they had right: Bock R D, Lieberman M, Psychometrika 1970;35:179-197; here psych::lsat6.

library(psych)
against <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")

scale_of <- function(letter) {
  rows <- na.omit(psychTools::bfi[, paste0(letter, 1:5)])
  covariance <- cov(rows)
  sign <- ifelse(colnames(rows) %in% against, -1, 1)
  keyed <- covariance * outer(sign, sign)
  correlation <- cov2cor(keyed)
  # One factor by least squares on the correlations off the diagonal: the definition, and what psych makes of it.
  misfit <- function(loading) sum((correlation - outer(loading, loading))[lower.tri(correlation)]^2)
  best <- optim(rep(0.6, 5), misfit, method = "BFGS", control = list(reltol = 1e-15, maxit = 10000))$par
  common <- function(loading) sum(loading * sqrt(diag(keyed)))^2
  unique <- function(loading) sum(diag(keyed) * (1 - loading^2))
  found <- alpha(sweep(rows, 2, sign, "*"), n.iter = 1)
  list(
    n = nrow(rows), items = colnames(rows), against = I(intersect(colnames(rows), against)), covariance = covariance,
    alpha = found$total$raw_alpha, feldt = unlist(alpha.ci(found$total$raw_alpha, nrow(rows), 5, digits = 12)[c(1, 3)]),
    mean_correlation = found$total$average_r, loadings = best,
    psych_loadings = as.vector(fa(correlation, 1, n.obs = nrow(rows), fm = "minres")$loadings),
    ml_loadings = as.vector(factanal(covmat = correlation, factors = 1)$loadings),
    omega = common(best) / (common(best) + unique(best))
  )
}

lsat <- as.data.frame(lsat6)
of_lsat <- alpha(lsat)
out <- list(
  bfi = sapply(c("A", "C", "E", "N", "O"), scale_of, simplify = FALSE),
  lsat6 = list(
    patterns = as.list(table(apply(lsat, 1, paste, collapse = ""))),
    alpha = of_lsat$total$raw_alpha, right = colMeans(lsat), item_rest = of_lsat$item.stats$r.drop,
    alpha_if_dropped = of_lsat$alpha.drop$raw_alpha
  )
)
writeLines(jsonlite::toJSON(out, digits = 12, auto_unbox = TRUE, pretty = FALSE), "tests/reference/reliability.json")
