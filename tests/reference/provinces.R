# Golden numbers for the meta-analysis across provinces. From the root: Rscript tests/reference/provinces.R
# R 4.2.2, metafor 3.8-1. bcg.csv: Colditz et al. (1994), JAMA 271, 698-702, as in metadat::dat.bcg.
# alike.csv: typed in, estimates closer together than their errors let expect.
suppressMessages(library(metafor))

tight <- list(tol = 1e-14, threshold = 1e-13, maxiter = 10000)
number <- function(x) if (length(x) == 0) "null" else ifelse(is.na(x), "null", sprintf("%.12g", x))
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ", "), "}")
}

fitted <- function(yi, vi, method, test) {
  fit <- rma(yi, vi, method = method, test = test, control = tight)
  ahead <- predict(fit)
  object(list(
    estimate = number(fit$b), std_error = number(fit$se), low = number(fit$ci.lb), high = number(fit$ci.ub),
    p_value = number(fit$pval), tau2 = number(fit$tau2), i2 = number(fit$I2), h2 = number(fit$H2),
    q = number(fit$QE), q_p = number(fit$QEp),
    prediction_low = number(ahead$pi.lb), prediction_high = number(ahead$pi.ub),
    weights = vector(weights(fit))
  ))
}

profile <- function(yi, vi) {
  fit <- rma(yi, vi, method = "DL")
  found <- confint(fit, control = list(tol = 1e-14))$random["tau^2", ]
  object(list(low = number(found["ci.lb"]), high = number(found["ci.ub"])))
}

left_out <- function(yi, vi) {
  parts <- sapply(seq_along(yi), function(i) {
    fit <- rma(yi[-i], vi[-i], method = "REML", test = "adhoc", control = tight)
    c(fit$b, fit$se, fit$ci.lb, fit$ci.ub, fit$tau2)
  })
  rows <- c("estimate", "std_error", "low", "high", "tau2")
  object(setNames(lapply(1:5, function(i) vector(parts[i, ])), rows))
}

asymmetry <- function(yi, vi, ni, predictor) {
  found <- regtest(yi, vi, ni = ni, model = "lm", predictor = predictor, ret.fit = TRUE)
  table <- coef(summary(found$fit))
  object(list(
    asymmetry = vector(table[2, ]), limit = vector(table[1, ]),
    limit_low = number(found$ci.lb), limit_high = number(found$ci.ub), freedom = number(found$dfs),
    dispersion = number(summary(found$fit)$sigma^2)
  ))
}

bcg <- read.csv("tests/reference/data/bcg.csv")
risk <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = bcg)
alike <- read.csv("tests/reference/data/alike.csv")
size <- rowSums(bcg[, -1])
lines <- c(sprintf("\"estimates\": %s", vector(risk$yi)), sprintf("\"variances\": %s", vector(risk$vi)))
for (method in c("DL", "PM", "REML")) {
  lines <- c(lines, sprintf("\"bcg_%s_normal\": %s", method, fitted(risk$yi, risk$vi, method, "z")))
  # Where q, the weighted squares over k - 1, is below 1, the package keeps it at 1: metafor's "adhoc"
  lines <- c(lines, sprintf("\"bcg_%s_hartung\": %s", method, fitted(risk$yi, risk$vi, method, "adhoc")))
  lines <- c(lines, sprintf("\"alike_%s_hartung\": %s", method,
                            fitted(alike$estimate, alike$std_error^2, method, "adhoc")))
}
lines <- c(lines,
  sprintf("\"bcg_REML_knha\": %s", fitted(risk$yi, risk$vi, "REML", "knha")),
  sprintf("\"bcg_three\": %s", fitted(risk$yi[1:3], risk$vi[1:3], "REML", "adhoc")),
  sprintf("\"bcg_fixed\": %s", fitted(risk$yi, risk$vi, "FE", "z")),
  sprintf("\"bcg_profile\": %s", profile(risk$yi, risk$vi)),
  sprintf("\"bcg_left_out\": %s", left_out(risk$yi, risk$vi)),
  sprintf("\"egger_error\": %s", asymmetry(risk$yi, risk$vi, size, "sei")),
  sprintf("\"egger_size\": %s", asymmetry(risk$yi, risk$vi, size, "sqrtninv"))
)
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "tests/reference/provinces.json")
