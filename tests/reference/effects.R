# Makes effects.json: robust variances, and a difference in differences with a dummy for each unit and period, by R's
# sandwich and clubSandwich. Rscript tests/reference/effects.R > tests/reference/effects.json
suppressMessages({
  library(sandwich)
  library(clubSandwich)
})
set.seed(11)
num <- function(v) paste0("[", paste(format(as.vector(v), digits = 15, trim = TRUE), collapse = ","), "]")
out <- function(name, v, end = ",") cat('"', name, '":', num(v), end, "\n", sep = "")
cr2 <- function(fit, cluster, coefs, ...) {
  found <- coef_test(fit, vcov = vcovCR(fit, type = "CR2", cluster = cluster, ...), coefs = coefs)
  c(found$beta, found$SE, found$df_Satt)
}

n <- 48
cluster <- sample(1:7, n, TRUE, c(1, 1, 2, 2, 3, 4, 5))
d <- data.frame(x = round(rnorm(n), 3), z = as.numeric(cluster <= 3), w = round(runif(n, 0.5, 2), 3), cluster)
d$y <- round(1 + d$x / 2 + d$z + rnorm(7)[cluster] / 2 + rnorm(n), 3)
plain <- lm(y ~ x + z, d)
root <- sqrt(d$w) # weighted: all rows times the root of their weights, then as if they were alike
weighted <- lm(I(root * y) ~ 0 + root + I(root * x) + I(root * z), d)
cat("{\n")
for (name in c("y", "x", "z", "w", "cluster")) out(name, d[[name]])
out("hc2", vcovHC(plain, "HC2")); out("hc3", vcovHC(plain, "HC3"))
out("hac", NeweyWest(plain, lag = 4, prewhite = FALSE, adjust = TRUE))
out("cr1", vcovCL(plain, cluster = d$cluster, type = "HC1"))
out("cr2", cr2(plain, d$cluster, 1:3))
out("cr2_weighted", cr2(weighted, d$cluster, 1:3))

p <- expand.grid(period = 1:5, unit = 1:24)
p$campus <- (p$unit - 1) %/% 3 + 1
p$treated <- as.numeric(p$campus <= 3)
p$after <- as.numeric(p$period >= 4)
p$outcome <- round(rnorm(24)[p$unit] + rnorm(8)[p$campus] + rnorm(40)[p$campus + 8 * (p$period - 1)] / 2 +
  p$treated * p$after + rnorm(120), 3)
p <- p[-c(3, 17, 40, 41, 110), ] # some units lack a period
whole <- lm(outcome ~ I(treated * after) + factor(unit) + factor(period), p)
for (name in c("unit", "period", "campus", "treated", "after", "outcome")) out(paste0("panel_", name), p[[name]])
out("by_campus", cr2(whole, p$campus, 2)); out("by_unit", cr2(whole, p$unit, 2), end = "")
cat("}\n")
