# What do the numbers of staggered.json mean? They are of the data that come with R's did: log teen employment of 500
# counties and the year in which their state raised its minimum wage (Callaway and Sant'Anna 2021, section 6).
# Of the counties only what the effects hang on is kept: how many start when, their mean of each year, and the
# covariances of the years, with the number of units for a divisor, as did has it. This says how; it was not run to make
# the file: the effects and errors are did's as the tests of its Python port, csdid, publish them, and agree with the
# four digits of did's own introduction; the moments were taken from the same 2,500 rows.
library(did)
data(mpdta)
wide <- reshape(mpdta[c("countyreal", "year", "lemp", "first.treat")], direction = "wide", idvar = "countyreal",
                timevar = "year", v.names = "lemp")
for (group in split(wide, wide$first.treat)) {
  lemp <- as.matrix(group[grep("lemp", names(group))])
  print(nrow(lemp)); print(colMeans(lemp), digits = 13); print(cov(lemp) * (nrow(lemp) - 1) / nrow(lemp), digits = 12)
}
for (whom in c("nevertreated", "notyettreated")) {
  found <- att_gt("lemp", "year", "countyreal", "first.treat", data = mpdta, control_group = whom, bstrap = FALSE)
  for (type in c("simple", "dynamic", "group")) print(aggte(found, type = type, bstrap = FALSE))
}
