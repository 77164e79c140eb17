# Count models on count_cells.csv (synthetic) by R: glm, sandwich, MASS. Run from the root of the repository:
#   Rscript tests/reference/counts.R
suppressMessages({library(sandwich); library(MASS); library(splines)})
d <- read.csv("tests/reference/data/count_cells.csv", stringsAsFactors = TRUE)
d$year <- factor(d$year)
f <- admitted ~ sex * locality + year + offset(log(members))

control <- glm.control(epsilon = 1e-14, maxit = 100)
p <- glm(f, poisson, d, control = control)
q <- glm(f, quasipoisson, d, control = control)
nb <- glm.nb(f, d, control = glm.control(epsilon = 1e-12, maxit = 200))
sp <- glm(admitted ~ bs(age, df = 4) + sex + offset(log(members)), poisson, d, control = control)

se <- function(v) sqrt(diag(v))
mu <- fitted(p)
excess <- (d$admitted - mu)^2 - d$admitted
trivedi <- summary(lm(I(excess / mu) ~ 0 + mu))$coefficients[1, 3]
dean <- sum(excess + hatvalues(p) * mu) / sqrt(2 * sum(mu^2))

at <- data.frame(sex = "male", locality = "ward", year = "2020", members = 1)
link <- predict(p, at, se.fit = TRUE)
spline <- predict(sp, data.frame(age = c(25, 41), sex = "male", members = 1), se.fit = TRUE)

out <- list(
  coefficients = coef(p), model = se(vcov(p)),
  hc0 = se(vcovHC(p, "HC0")), hc1 = se(vcovHC(p, "HC1")),
  cr0 = se(vcovCL(p, ~unit, type = "HC0", cadjust = FALSE)),
  cr1 = se(vcovCL(p, ~unit, type = "HC0", cadjust = TRUE)),
  cr1s = se(vcovCL(p, ~unit, type = "HC1", cadjust = TRUE)),
  loglik = logLik(p), deviance = deviance(p), pearson = sum(residuals(p, "pearson")^2),
  quasi = sqrt(diag(vcov(q))), phi = summary(q)$dispersion,
  nb_coefficients = coef(nb), nb_expected = sqrt(diag(vcov(nb))), theta = nb$theta, nb_loglik = logLik(nb),
  nb_deviance = deviance(nb),
  cameron_trivedi = trivedi, dean = dean,
  link = link$fit, link_se = link$se.fit,
  spline_deviance = deviance(sp), spline_link = spline$fit, spline_se = spline$se.fit
)
named <- sprintf('"%s": [%s]', names(out), sapply(out, function(x) paste(sprintf("%.12g", as.numeric(x)), collapse = ", ")))
terms <- sprintf('"terms": [%s]', paste(sprintf('"%s"', names(coef(p))), collapse = ", "))
writeLines(paste0("{\n", paste(c(terms, named), collapse = ",\n"), "\n}"), "tests/reference/counts.json")
