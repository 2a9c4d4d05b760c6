# What does R make of six intraclass correlations? Rscript intraclass.R > intraclass.json, from this folder; R 4.2 with
# psych 2.2.9, by analysis of variance. The judges are Shrout & Fleiss 1979, table 2; the other table is made up.

library(psych)
tables <- list(
  judges = matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE),
  two = matrix(c(3, 4, 5, 5, 2, 1, 4, 2, 3, 5, 1, 3, 2, 2, 4, 5), ncol = 2, byrow = TRUE)
)
one <- function(name, level) {
  found <- ICC(tables[[name]], lmer = FALSE, alpha = 1 - level)$results
  list(
    table = name, level = level, icc = found$ICC, low = found$`lower bound`, high = found$`upper bound`,
    f = found$F, p = found$p
  )
}
cat(jsonlite::toJSON(
  list(one("judges", 0.95), one("judges", 0.8), one("two", 0.95)), digits = 10, auto_unbox = TRUE, pretty = TRUE
), "\n")
