# Where do the numbers of randomised.json come from? R 4.2.2 with sandwich 3.0.2 (HC2) and clubSandwich (CR2, with the
# degrees of freedom that it calls Satterthwaite's). Rscript tests/reference/randomised.R, from the root.

suppressMessages({
  library(sandwich)
  library(clubSandwich)
})
men <- read.csv("tests/reference/lalonde_nsw.csv", comment.char = "#")
before <- c("age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75")
men[paste0(before, "_c")] <- scale(men[before], scale = FALSE)
adjusted <- as.formula(paste("re78 ~ treat * (", paste0(before, "_c", collapse = " + "), ")"))
plain <- lm(re78 ~ treat, men)
lin <- lm(adjusted, men)

by_cluster <- function(fit, cluster) {
  found <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = "treat")
  found <- as.data.frame(found)
  sprintf("[%.10g, %.10g, %.10g]", found[["beta"]], found[["SE"]], found[[grep("^df", names(found))[1]]])
}
robust <- function(fit) sprintf("[%.10g, %.10g]", coef(fit)["treat"], sqrt(vcovHC(fit, "HC2")["treat", "treat"]))
cat(
  "{\n",
  '"plain": ', robust(plain), ",\n",
  '"adjusted": ', robust(lin), ",\n",
  '"across_arms": ', by_cluster(plain, men$age), ",\n",
  '"within_arms": ', by_cluster(plain, 100 * men$treat + men$age), ",\n",
  '"across_arms_adjusted": ', by_cluster(lin, men$age), "\n",
  "}\n",
  sep = "", file = "tests/reference/randomised.json"
)
