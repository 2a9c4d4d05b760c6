# Where do the profile limits of firth.json come from? Base R alone, no derivative: the definition written down.
# Rscript tests/reference/firth.R, from the root. The authors' own package, logistf 1.26.1 (its C routines, with
# lconv = xconv = gconv = 1e-10 and maxit = 1000), gives the same eight digits:
#   logistf(HG ~ NV + PI + EH, data = rows)$ci.lower, $ci.upper, $prob

rows <- read.csv("tests/reference/endometrial.csv")
scale <- c(1, 1, 10, 1) # PI runs to 49: a simplex climbs best where all slopes are alike
wide <- sweep(cbind(1, as.matrix(rows[, c("NV", "PI", "EH")])), 2, scale, "/")

height <- function(beta) {
  odds <- drop(wide %*% beta)
  p <- plogis(odds)
  likelihood <- sum(ifelse(rows$HG == 1, plogis(odds, log.p = TRUE), plogis(-odds, log.p = TRUE)))
  information <- determinant(crossprod(wide, p * (1 - p) * wide))$modulus + 2 * sum(log(scale))
  likelihood + as.numeric(information) / 2
}

climb <- function(of, start) {
  for (again in 1:6) {
    found <- optim(start, of, control = list(fnscale = -1, reltol = 1e-15, maxit = 20000))
    start <- found$par
  }
  found
}

top <- climb(height, c(4, 3, -0.3, -2.6))
cat("penalised deviance", format(-2 * top$value, digits = 8), "\n")
for (held in 2:4) {
  profile <- function(value) {
    climb(function(rest) height(append(rest, value, after = held - 1)), top$par[-held])$value
  }
  fallen <- function(value) profile(value) - top$value + qchisq(0.95, 1) / 2
  at <- top$par[held]
  low <- uniroot(fallen, c(at - 10, at), tol = 1e-8)$root
  high <- uniroot(fallen, c(at, at + 10), tol = 1e-8)$root
  p <- pchisq(2 * (top$value - profile(0)), 1, lower.tail = FALSE)
  cat(colnames(wide)[held], format(c(low, high) / scale[held], digits = 8), "p", format(p, digits = 6), "\n")
}
