# Golden numbers for time in the process. From the root: Rscript tests/reference/process.R
# R 4.2.2, survival 3.5-3. gehan.csv: Gehan (1965), Biometrika 52, 203-223, as in MASS::gehan.
# probation.csv: drawn once at random, with heavy ties, events at time zero and three ways of leaving.
suppressMessages(library(survival))

number <- function(x) if (length(x) == 0) "null" else ifelse(is.na(x), "null", sprintf("%.12g", x))
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ", "), "}")
}
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)

curve <- function(time, event) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")
  middle <- quantile(fit, c(0.25, 0.5, 0.75))
  object(list(
    time = vector(fit$time), at_risk = vector(fit$n.risk), events = vector(fit$n.event),
    survival = vector(fit$surv), std_error = vector(fit$surv * fit$std.err),
    low = vector(fit$lower), high = vector(fit$upper),
    quantiles = vector(middle$quantile), quantiles_low = vector(middle$lower), quantiles_high = vector(middle$upper)
  ))
}

incidence <- function(time, cause, names) {
  fit <- survfit(Surv(time, factor(cause, c("", names))) ~ 1, conf.type = "log-log")
  parts <- lapply(names, function(name) {
    at <- which(fit$states == name)
    object(list(
      incidence = vector(fit$pstate[, at]), std_error = vector(fit$std.err[, at]),
      low = vector(fit$lower[, at]), high = vector(fit$upper[, at])
    ))
  })
  object(c(list(time = vector(fit$time)), setNames(parts, names)))
}

hazards <- function(formula, rows, groups) {
  rows$groups <- groups
  environment(formula) <- environment()
  fit <- coxph(formula, rows, ties = "efron", control = tight)
  robust <- coxph(formula, rows, ties = "efron", control = tight, cluster = groups)
  check <- cox.zph(fit, transform = "km", terms = FALSE)$table
  object(list(
    coefficients = vector(coef(fit)), std_error = vector(sqrt(diag(vcov(fit)))),
    robust = vector(sqrt(diag(vcov(robust)))), log_likelihood = number(fit$loglik[2]), wald = number(fit$wald.test),
    zph = vector(check[, "chisq"]), zph_p = vector(check[, "p"])
  ))
}

differ <- function(formula, rows) {
  fit <- survdiff(formula, rows)
  object(list(chi2 = number(fit$chisq), freedom = number(length(fit$n) - 1)))
}

gehan <- read.csv("tests/reference/data/gehan.csv")
gehan$control <- as.numeric(gehan$group == "control")
gehan$pair <- rep(1:21, 2)
mp <- gehan[gehan$group == "6mp", ]
people <- read.csv("tests/reference/data/probation.csv")
people$recognised <- as.numeric(people$outcome == "recognised")
people$locality <- factor(people$locality, c("commune", "township", "ward"))

fields <- list(
  gehan_6mp = curve(mp$time, mp$event),
  gehan_log_rank = differ(Surv(time, event) ~ group, gehan),
  gehan_cox = hazards(Surv(time, event) ~ control, gehan, gehan$pair),
  probation_curve = curve(people$days, people$recognised),
  probation_incidence = incidence(people$days, people$outcome, c("recognised", "struck_off", "died", "moved")),
  probation_log_rank = differ(Surv(days, recognised) ~ locality, people),
  probation_cox = hazards(Surv(days, recognised) ~ sex + age + locality, people, people$unit),
  probation_interaction = hazards(Surv(days, recognised) ~ sex * age, people, people$unit)
)
lines <- paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ",\n")
writeLines(c("{", lines, "}"), "tests/reference/process.json")
