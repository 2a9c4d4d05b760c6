# Makes cox.json: R's coxph with ties, late entries, weights, strata and students with several stays.
# Rscript tests/reference/cox.R > tests/reference/cox.json
library(survival)
set.seed(11)
n <- 160
entry <- ifelse(runif(n) < .4, sample(0:20, n, TRUE), -1)
exit <- pmax(entry + 1, pmin(60, floor(rexp(n, 1 / 25))))
dead <- as.integer(exit < 55 & runif(n) < .7)
id <- rep(1:(n / 2), each = 2)
d <- data.frame(entry, exit, dead, id, x = round(rnorm(n), 3), z = rep(0:1, length.out = n), s = sample(1:3, n, TRUE),
                w = round(runif(n, .5, 3), 2))
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
num <- function(v) paste0("[", paste(format(as.vector(v), digits = 15, trim = TRUE), collapse = ","), "]")
out <- function(name, v) cat('"', name, '":', num(v), ",\n", sep = "")
told <- function(name, f, ties, heft = rep(1, n)) {
  d$heft <<- heft
  fit <- coxph(f, d, weights = heft, ties = ties, control = tight, cluster = id, robust = TRUE)
  rows <- coxph(f, d, weights = heft, ties = ties, control = tight, cluster = seq_len(n), robust = TRUE)
  base <- basehaz(fit, centered = FALSE)
  strata <- if (is.null(base$strata)) rep(1, nrow(base)) else as.integer(base$strata)
  ends <- ave(base$hazard, strata, FUN = function(h) diff(c(0, h))) != 0
  out(paste0(name, "_coef"), coef(fit)); out(paste0(name, "_covariance"), fit$naive.var)
  out(paste0(name, "_clustered"), vcov(fit)); out(paste0(name, "_robust"), vcov(rows))
  out(paste0(name, "_loglik"), fit$loglik)
  out(paste0(name, "_base_time"), base$time[ends]); out(paste0(name, "_base"), base$hazard[ends])
}
cat("{\n")
for (name in names(d)) out(name, d[[name]])
told("efron", Surv(entry, exit, dead) ~ x + z, "efron")
told("breslow", Surv(entry, exit, dead) ~ x + z, "breslow")
told("weighted", Surv(entry, exit, dead) ~ x + z, "efron", d$w)
told("weighted_breslow", Surv(entry, exit, dead) ~ x + z, "breslow", d$w)
told("strata", Surv(entry, exit, dead) ~ x + z + strata(s), "efron", d$w)
told("whole", Surv(exit + 1, dead) ~ x + z, "efron")
cat('"n":', n, "}\n", sep = "")
