# Makes serial_regression.json: a segmented regression of the yearly flow of the Nile, 1871 to 1970 (R's datasets; level
# falls in 1899: Cobb G W, Biometrika 1978;65:243-251), by nlme 3.1-162, sandwich and lmtest.
# Rscript tests/reference/serial_regression.R > tests/reference/serial_regression.json
library(nlme); library(sandwich); library(lmtest)
y <- as.numeric(Nile); n <- length(y); time <- seq_len(n) - 29; later <- as.numeric(time >= 0)
frame <- data.frame(y, time, later, since = later * time)
plain <- lm(y ~ time + later + since, frame)
at <- function(rho) gls(y ~ time + later + since, frame, correlation = corAR1(rho, fixed = TRUE), method = "REML")
rhos <- c(-0.29, 0.01, 0.29, 0.71); fits <- lapply(rhos, at)
numbers <- function(x) paste0("[", paste(format(as.numeric(x), digits = 12, trim = TRUE), collapse = ", "), "]")
rows <- function(x) paste0("[", paste(apply(x, 1, numbers), collapse = ", "), "]")
parts <- c(
  series = numbers(y), rho = numbers(rhos),
  log_likelihood = numbers(sapply(fits, logLik)),
  coefficients = rows(t(sapply(fits, coef))),
  errors = rows(t(sapply(fits, function(f) sqrt(diag(vcov(f)))))),
  newey_west = numbers(sqrt(diag(NeweyWest(plain, lag = 4, prewhite = FALSE, adjust = TRUE)))),
  durbin_watson = numbers(dwtest(plain)$statistic),
  ljung_box = numbers(unlist(Box.test(residuals(plain), lag = 5, type = "Ljung-Box")[c("statistic", "p.value")]))
)
cat("{\n", paste0('"', names(parts), '": ', parts, collapse = ",\n"), "\n}\n", sep = "")
