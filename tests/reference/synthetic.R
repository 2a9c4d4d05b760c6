# Makes synthetic.json: synthetic control and synthetic difference in differences of california_prop99.csv by quadprog,
# from the formulas of Abadie et al. 2010 and Arkhangelsky et al. 2021. The csv holds packs of cigarettes sold per head,
# 39 states by 31 years, as in data/california_prop99.csv of github.com/synth-inference/synthdid (BSD 3-clause, copyright
# 2019 Stanford University), after Abadie et al., from The Tax Burden on Tobacco (Orzechowski and Walker, 2005).
# Rscript tests/reference/synthetic.R > tests/reference/synthetic.json, from the root of the project.
library(quadprog)
packs <- as.matrix(read.csv("tests/reference/california_prop99.csv", check.names = FALSE)[, -1])
own <- packs[, 39]; others <- packs[, 1:38]; before <- 1:19; after <- 20:31
nearest <- function(A, b, ridge) {
  k <- ncol(A)
  found <- solve.QP(crossprod(A) + ridge * diag(k), crossprod(A, b), cbind(1, diag(k)), c(1, rep(0, k)), meq = 1)
  pmax(found$solution, 0)
}
centred <- function(x) sweep(as.matrix(x), 2, colMeans(as.matrix(x)))
control <- nearest(others[before, ], own[before], 1e-7)
steps <- diff(others[before, ])
noise <- sqrt(mean((steps - mean(steps))^2))
zeta <- 12^(1 / 4) * noise
omega <- nearest(centred(others[before, ]), centred(own[before]), 19 * zeta^2)
lambda <- nearest(centred(t(others[before, ])), centred(colMeans(others[after, ])), 38 * (1e-6 * noise)^2 + 1e-9)
gap <- own - others %*% omega
numbers <- function(x) paste0("[", paste(format(as.numeric(x), digits = 10, trim = TRUE), collapse = ", "), "]")
parts <- c(
  control_weights = numbers(control),
  control_effect = numbers(mean((own - others %*% control)[after])),
  zeta = numbers(zeta), region_weights = numbers(omega), period_weights = numbers(lambda),
  effect = numbers(mean(gap[after]) - sum(lambda * gap[before]))
)
cat("{\n", paste0('"', names(parts), '": ', parts, collapse = ",\n"), "\n}\n", sep = "")
