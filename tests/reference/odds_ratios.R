# Odds ratios with student-clustered errors, in base R: glm, then the sandwich by hand (Liang & Zeger 1986, factor g / (g - 1)).
# Run in this folder: Rscript odds_ratios.R. Reads odds_ratios.csv, writes odds_ratios_fit.csv and p_adjust.csv.
panel <- read.csv("odds_ratios.csv")
fit <- glm(churned ~ attendance + hours + sibling, family = binomial, data = panel,
           control = glm.control(epsilon = 1e-14, maxit = 50))
X <- model.matrix(fit)
scores <- rowsum(X * (panel$churned - fitted(fit)), panel$student)
bread <- solve(crossprod(X * sqrt(fitted(fit) * (1 - fitted(fit)))))
g <- nrow(scores)
clustered <- bread %*% crossprod(scores) %*% bread * g / (g - 1)
large <- glm(churned ~ 1 + offset(told), family = binomial, data = panel, control = glm.control(epsilon = 1e-14))
slope <- glm(churned ~ told, family = binomial, data = panel, control = glm.control(epsilon = 1e-14))
rows <- data.frame(
  what = c(names(coef(fit)), "in_the_large", "slope"),
  estimate = c(coef(fit), coef(large), coef(slope)[2]),
  model_error = c(sqrt(diag(bread)), sqrt(vcov(large)), sqrt(vcov(slope)[2, 2])),
  clustered_error = c(sqrt(diag(clustered)), NA, NA))
numbers <- c("estimate", "model_error", "clustered_error")
rows[numbers] <- signif(rows[numbers], 12)
write.csv(rows, "odds_ratios_fit.csv", row.names = FALSE, quote = FALSE)
p <- c(0.012, 0.2, 0.0004, 0.049, 0.031, 0.9, 0.012)
adjusted <- data.frame(p = p, holm = p.adjust(p, "holm"))
write.csv(adjusted, "p_adjust.csv", row.names = FALSE, quote = FALSE)
