# Proportional odds in R: MASS::polr on the Copenhagen housing survey (Venables & Ripley 2002, section 7.3; Madsen 1976).
# Run in this folder: Rscript ordinal.R. Writes ordinal.csv, the survey by cells, and ordinal_fit.csv.
library(MASS)
write.csv(housing, "ordinal.csv", row.names = FALSE, quote = FALSE)
fit <- polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing, Hess = TRUE, control = list(reltol = 1e-15))
rows <- coef(summary(fit))
write.csv(data.frame(name = rownames(rows), estimate = signif(rows[, 1], 9), error = signif(rows[, 2], 6)),
          "ordinal_fit.csv", row.names = FALSE, quote = FALSE)
