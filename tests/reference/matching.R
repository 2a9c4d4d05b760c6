# Where do the numbers of matching.json come from? R 4.2.2 with Matching 4.10.8 (Sekhon J S, J Stat Softw 2011;42(7)):
# estimate, standard error, pairs, matches used. Rscript tests/reference/matching.R, from the root.

suppressMessages(library(Matching))
men <- read.csv("tests/reference/lalonde_nsw.csv", comment.char = "#")
X <- as.matrix(men[c("age", "educ", "re74", "re75")])
score <- glm(treat ~ age + educ + black + hisp + marr + nodegree + re74 + re75, binomial, men)$linear.predictors

told <- function(...) {
  found <- Match(men$re78, men$treat, estimand = "ATT", ties = TRUE, Var.calc = 1, distance.tolerance = 1e-9, ...)
  sprintf(
    "[%.10g, %.10g, %d, %d]", found$est, found$se, length(found$index.control), length(unique(found$index.control))
  )
}
cat(
  "{\n",
  '"mahalanobis": ', told(X = X, Weight = 2), ",\n",
  '"mahalanobis_three": ', told(X = X, Weight = 2, M = 3), ",\n",
  '"mahalanobis_adjusted": ', told(X = X, Weight = 2, M = 3, BiasAdjust = TRUE), ",\n",
  '"propensity": ', told(X = score), ",\n",
  '"propensity_three": ', told(X = score, M = 3), "\n",
  "}\n",
  sep = "", file = "tests/reference/matching.json"
)
