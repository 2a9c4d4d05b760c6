# Makes competing.json: Aalen-Johansen, Gray's test, Fine and Gray's model by R's survival and cmprsk.
# Rscript tests/reference/competing.R > tests/reference/competing.json
library(survival)
library(cmprsk)
set.seed(23)
n <- 240
entry <- ifelse(runif(n) < .4, sample(0:20, n, TRUE), -1)
exit <- pmax(entry + 1, pmin(60, floor(rexp(n, 1 / 25))))
exit[1:5] <- 0; entry[1:5] <- -1
cause <- ifelse(exit >= 50, 0, sample(0:2, n, TRUE, c(.3, .4, .3)))
id <- rep(1:(n / 2), each = 2)
d <- data.frame(entry, exit, cause, id, x = round(rnorm(n), 3), group = sample(1:3, n, TRUE), row = seq_len(n))
d$end <- factor(d$cause, 0:2, c("censor", "one", "two"))
whole <- transform(d, entry = -1)
tight <- coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50)
num <- function(v) paste0("[", paste(format(as.vector(v), digits = 15, trim = TRUE), collapse = ","), "]")
out <- function(name, v) cat('"', name, '":', num(v), ",\n", sep = "")
cat("{\n")
for (name in c("entry", "exit", "cause", "id", "x", "group")) out(name, d[[name]])
# With an id of each row survfit passes over its clusters: so the rows' influence is summed by student. Its first is day 0.
aj <- survfit(Surv(entry, exit, end) ~ 1, d, id = row, influence = TRUE)
by_student <- function(k) sqrt(colSums(rowsum(aj$influence.pstate[, -1, k], d$id)^2))
out("aj_day", aj$time); out("aj_one", aj$pstate[, 2]); out("aj_two", aj$pstate[, 3])
out("aj_one_se", by_student(2)); out("aj_two_se", by_student(3))
# Gray's test, nobody late: of three groups and of two, of each cause.
for (k in 1:2) for (g in c(2, 3)) {
  some <- whole[whole$group <= g, ]
  t <- cuminc(some$exit + 1, some$cause, some$group)$Tests
  out(paste0("gray_", k, "_of_", g), t[k, "stat"])
}
told <- function(name, data, ties) {
  fg <- finegray(Surv(entry, exit, end) ~ ., data, etype = "one", id = row)
  f <- Surv(fgstart, fgstop, fgstatus) ~ x + I(group == 2) + I(group == 3)
  fit <- coxph(f, fg, weights = fgwt, ties = ties, control = tight, cluster = id, robust = TRUE)
  out(paste0(name, "_coef"), coef(fit)); out(paste0(name, "_covariance"), fit$naive.var)
  out(paste0(name, "_clustered"), vcov(fit)); out(paste0(name, "_loglik"), fit$loglik)
}
told("fg", whole, "efron"); told("fg_breslow", whole, "breslow"); told("fg_late", d, "efron")
cat('"n":', n, "}\n", sep = "")
