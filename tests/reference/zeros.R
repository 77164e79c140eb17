# Zero-inflated and hurdle models with covariates, exposures and clusters.
# Rscript tests/reference/zeros.R, from the root of the repository; reads data/zeros.csv (made-up unit-years).
library(pscl)
library(sandwich)
library(MASS)

rows <- read.csv("tests/reference/data/zeros.csv")
rows$lm <- log(rows$members)

# pscl stops at a relative change of 1e-10 of the likelihood: nearer to the maximum by restarting at its own end
closer <- function(fitter, formula, ...) {
  fit <- fitter(formula, data = rows, ...)
  for (i in 1:4) {
    start <- list(count = fit$coefficients$count, zero = fit$coefficients$zero)
    if (unlist(fit$dist)[1] == "negbin") start$theta <- unname(fit$theta[1])
    fit <- fitter(formula, data = rows, start = start, reltol = 1e-16, ...)
  }
  fit
}

numbers <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")

told <- function(fit, clustered = FALSE) {
  theta <- if (is.null(fit$theta)) NA else fit$theta[1]
  zeros <- sum(predict(fit, type = "prob", at = 0:1)[, 1])
  lines <- c(
    sprintf('"count": %s', numbers(coef(fit, "count"))),
    sprintf('"zero": %s', numbers(coef(fit, "zero"))),
    sprintf('"std_error": %s', numbers(sqrt(diag(vcov(fit))))),
    sprintf('"log_likelihood": %.12g', as.numeric(logLik(fit))),
    sprintf('"aic": %.12g', AIC(fit)),
    sprintf('"zeros": %.12g', zeros),
    sprintf('"mean": %.12g', sum(predict(fit, type = "response")))
  )
  if (!is.na(theta)) lines <- c(lines, sprintf('"theta": %.12g', theta))
  if (clustered) {
    v <- vcovCL(fit, cluster = rows$unit_id, type = "HC0", cadjust = TRUE)
    lines <- c(lines, sprintf('"clustered": %s', numbers(sqrt(diag(v)))))
  }
  paste0("{", paste(lines, collapse = ", "), "}")
}

both <- admitted ~ locality + young + offset(lm) | locality + young + offset(lm)
apart <- admitted ~ locality + young + offset(lm) | locality
logit <- admitted ~ locality + young + offset(lm) | locality + lm

poisson <- glm(admitted ~ locality + young + offset(lm), family = poisson, data = rows,
               control = glm.control(epsilon = 1e-14))
nb <- glm.nb(admitted ~ locality + young + offset(lm), data = rows,
             control = glm.control(epsilon = 1e-14, maxit = 100))

out <- c(
  sprintf('"zip": %s', told(closer(zeroinfl, apart, dist = "poisson"), TRUE)),
  sprintf('"zinb": %s', told(closer(zeroinfl, apart, dist = "negbin"))),
  sprintf('"hurdle_poisson_logit": %s', told(closer(hurdle, logit, dist = "poisson", zero.dist = "binomial"), TRUE)),
  sprintf('"hurdle_poisson_poisson": %s', told(closer(hurdle, both, dist = "poisson", zero.dist = "poisson"))),
  sprintf('"hurdle_nb2_logit": %s', told(closer(hurdle, logit, dist = "negbin", zero.dist = "binomial"))),
  sprintf('"poisson": {"log_likelihood": %.12g, "zeros": %.12g}', as.numeric(logLik(poisson)),
          sum(dpois(0, fitted(poisson)))),
  sprintf('"nb2": {"log_likelihood": %.12g, "zeros": %.12g}', as.numeric(logLik(nb)),
          sum(dnbinom(0, mu = fitted(nb), size = nb$theta))),
  sprintf('"versions": {"R": "%s", "pscl": "%s", "sandwich": "%s", "MASS": "%s"}',
          as.character(getRversion()), packageVersion("pscl"), packageVersion("sandwich"), packageVersion("MASS"))
)
writeLines(paste0("{\n", paste(out, collapse = ",\n"), "\n}"), "tests/reference/zeros.json")
