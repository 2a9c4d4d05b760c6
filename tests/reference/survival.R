# Makes survival.json: R's survival on a small frame with ties, day-0 ends, late entries and students with several stays.
# Rscript tests/reference/survival.R > tests/reference/survival.json
library(survival)
set.seed(7)
n <- 120
entry <- ifelse(runif(n) < .3, sample(0:20, n, TRUE), -1)
exit <- pmax(entry + 1, pmin(60, floor(rexp(n, 1 / 25))))
exit[1:4] <- 0; entry[1:4] <- -1
cause <- ifelse(exit >= 55, 0, sample(0:2, n, TRUE, c(.2, .5, .3)))
id <- rep(1:(n / 2), each = 2)
group <- rep(c("a", "b", "c"), length.out = n)
x <- round(rnorm(n), 3)
d <- data.frame(entry = entry + 1, exit = exit + 1, cause, id, group, x)
num <- function(v) paste0("[", paste(format(v, digits = 15, trim = TRUE), collapse = ","), "]")
out <- function(name, v, last = FALSE) cat('"', name, '":', num(v), if (last) "\n" else ",\n", sep = "")
cat("{\n")
out("entry", entry); out("exit", exit); out("cause", cause); out("id", id); out("x", x)
out("group", as.integer(factor(group)))
km <- survfit(Surv(entry, exit, cause > 0) ~ 1, d, id = id, cluster = id, robust = TRUE)
out("km_day", km$time - 1); out("km", km$surv); out("km_se", km$std.err * ifelse(isTRUE(km$logse), km$surv, 1)); out("km_at_risk", km$n.risk)
limits <- survfit(Surv(entry, exit, cause > 0) ~ 1, d, id = id, cluster = id, robust = TRUE, conf.type = "log-log")
out("km_low", limits$lower); out("km_high", limits$upper)
d$end <- factor(d$cause, 0:2, c("censor", "one", "two"))
d$row <- seq_len(n)
aj <- survfit(Surv(entry, exit, end) ~ 1, d, id = row)
out("aj_day", aj$time - 1); out("aj_one", aj$pstate[, 2]); out("aj_one_se", aj$std.err[, 2]); out("aj_two", aj$pstate[, 3])
limits <- survfit(Surv(entry, exit, end) ~ 1, d, id = row, conf.type = "log-log")
out("aj_one_low", limits$lower[, 2]); out("aj_one_high", limits$upper[, 2])
lr <- survdiff(Surv(exit, cause > 0) ~ group, d[d$entry == 0, ])
out("logrank_chi2", lr$chisq)
# With late entries survdiff declines; without ties the score test of a Cox model is the log-rank test.
m <- 60
late <- data.frame(exit = sample(1:m) + 5, entry = sample(0:4, m, TRUE), dead = rep(c(1, 1, 0), m / 3), group = rep(1:3, m / 3))
late$group <- sample(late$group)
out("late_entry", late$entry); out("late_exit", late$exit); out("late_dead", late$dead); out("late_group", late$group)
out("late_logrank_chi2", coxph(Surv(entry, exit, dead) ~ factor(group), late)$score)
fit <- coxph(Surv(entry, exit, cause > 0) ~ x + group, d, ties = "efron")
out("cox", coef(fit)); out("cox_se", sqrt(diag(vcov(fit))))
by_student <- coxph(Surv(entry, exit, cause > 0) ~ x + group, d, ties = "efron", cluster = id)
out("cox_covariance", vcov(fit)); out("cox_clustered_se", sqrt(diag(vcov(by_student))))
breslow <- coxph(Surv(entry, exit, cause > 0) ~ x + group, d, ties = "breslow")
out("cox_breslow", coef(breslow))
z <- cox.zph(breslow, transform = "km", terms = FALSE)
out("zph_chi2", z$table[, "chisq"]); out("zph_p", z$table[, "p"])
# Students with two stays: Lin and Wei's score test at no difference; groups as dealt, and the same for both stays.
robust <- function(f) summary(coxph(f, d, ties = "breslow", cluster = id))$robscore
d$whole <- d$group[2 * d$id - 1]
out("whole", as.integer(factor(d$whole)))
out("robust_score", robust(Surv(entry, exit, cause > 0) ~ group)[1])
out("robust_score_whole", robust(Surv(entry, exit, cause > 0) ~ whole)[1])
# cox.zph takes rows as independent. By student: the score residuals of the same model with x * g(t) added at no effect,
# its rows split at each end, g one less the Kaplan-Meier just before; what the coefficients take up is swept out.
km <- survfit(Surv(entry, exit, cause > 0) ~ 1, d)
ends <- km$time[km$n.event > 0]
before <- c(1, km$surv[km$n.event > 0])[seq_along(ends)]
d$dead <- as.integer(d$cause > 0)
split <- survSplit(Surv(entry, exit, dead) ~ ., d[c("entry", "exit", "dead", "x", "group", "id")], cut = ends, id = "row")
x <- model.matrix(~ x + group, split)[, -1]
g <- 1 - before[pmin(findInterval(split$exit, ends, left.open = TRUE) + 1, length(ends))]
at <- coxph(Surv(split$entry, split$exit, split$dead) ~ cbind(x, x * g), ties = "breslow",
            init = c(coef(breslow), 0, 0, 0), control = coxph.control(iter.max = 0))
u <- rowsum(residuals(at, type = "score"), split$id)
info <- solve(vcov(at))
swept <- u[, 4:6] - u[, 1:3] %*% solve(info[1:3, 1:3], info[1:3, 4:6])
by_student <- function(j) sum(solve(crossprod(swept[, j, drop = FALSE]), colSums(swept)[j]) * colSums(swept)[j])
out("clustered_zph_chi2", c(sapply(1:3, by_student), by_student(1:3)))
rmean <- survfit(Surv(exit, cause > 0) ~ 1, d[d$entry == 0, ], id = row)
t <- summary(rmean, rmean = 31)$table
out("rmean", t["rmean"]); out("rmean_n", t["records"]); out("median", quantile(rmean, .5)$quantile - 1, TRUE)
cat("}\n")
