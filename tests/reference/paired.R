# Paired scores in base R: t test, limits of the noncentral t, signed ranks with the Hodges-Lehmann shift.
# Student's sleep data are R's own; the depression scores are Hollander & Wolfe 1973, p. 29, as in ?wilcox.test.
# Run in this folder: Rscript paired.R. Writes paired.csv.
before <- list(sleep = sleep$extra[sleep$group == 1],
               depression = c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30))
after <- list(sleep = sleep$extra[sleep$group == 2],
              depression = c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29))
one <- function(name) {
  x <- before[[name]]; y <- after[[name]]; n <- length(x)
  t <- t.test(y, x, paired = TRUE)
  limit <- function(p) uniroot(function(ncp) pt(t$statistic, n - 1, ncp) - p, c(-30, 30), tol = 1e-12)$root / sqrt(n)
  rank <- suppressWarnings(wilcox.test(y, x, paired = TRUE, conf.int = TRUE))
  data.frame(name = name, t = t$statistic, p = t$p.value, low = t$conf.int[1], high = t$conf.int[2],
             dz_low = limit(0.975), dz_high = limit(0.025),
             rank_p = rank$p.value, shift = rank$estimate, shift_low = rank$conf.int[1], shift_high = rank$conf.int[2])
}
rows <- rbind(one("sleep"), one("depression"))
rows[-1] <- signif(rows[-1], 10)
# Sleep has ties: R then takes the normal distribution for its ranks, which is another answer.
rows[1, c("rank_p", "shift", "shift_low", "shift_high")] <- NA
write.csv(rows, "paired.csv", row.names = FALSE, quote = FALSE)
