# Golden numbers for small units: empirical Bayes, ranks, funnel limits. From the root: Rscript tests/reference/small_units.R
# R 4.2.2, MASS 7.3. lip.csv: lip cancer in Scotland, Clayton and Kaldor (1987), Biometrics 43, 671-681.
suppressMessages(library(MASS))

number <- function(x) ifelse(is.na(x), "null", sprintf("%.12g", x))
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ", "), "}")
}

lip <- read.csv("tests/reference/data/lip.csv", colClasses = c(unit_id = "character"))
o <- lip$admitted
e <- lip$target

# Maximum likelihood of the negative binomial margin: glm.nb's shape is nu, its mean exp(b0) is nu / alpha.
fit <- glm.nb(o ~ 1 + offset(log(e)), control = glm.control(epsilon = 1e-15, maxit = 500))
poisson_fit <- glm(o ~ 1 + offset(log(e)), family = poisson)
# Polished by the likelihood's own equations, since glm.nb stops early.
mean_given <- function(nu) uniroot(function(m) sum((o - m * e) / (nu + m * e)), c(0.01, 10), tol = 1e-15)$root
slope <- function(nu) {
  mu <- mean_given(nu) * e
  sum(digamma(o + nu) - digamma(nu) + log(nu / (nu + mu)) + 1 - (o + nu) / (nu + mu))
}
nu <- uniroot(slope, fit$theta * c(0.9, 1.1), tol = 1e-15)$root
mean_ml <- mean_given(nu)
alpha <- nu / mean_ml
top <- sum(dnbinom(o, size = nu, mu = mean_ml * e, log = TRUE))
ratio <- 2 * (top - as.numeric(logLik(poisson_fit)))

# Marshall (1991).
m <- sum(o) / sum(e)
a <- sum(e * (o / e - m)^2) / sum(e) - m / mean(e)

# Mean rank of each posterior, 1 the highest: 1 + sum of P(other > this); a ratio of gammas is beta.
shape <- o + nu
rate <- e + alpha
beats <- function(i, j) pbeta(rate[i] / (rate[i] + rate[j]), shape[i], shape[j])
mean_rank <- sapply(seq_along(o), function(i) 1 + sum(sapply(setdiff(seq_along(o), i), function(j) beats(i, j))))

# Funnel: z on the scale of the square root, tails drawn in at 10% and 90% (type 7).
z <- 2 * (sqrt(o) - sqrt(e))
ends <- quantile(z, c(0.1, 0.9), type = 7)
phi <- mean(pmin(pmax(z, ends[1]), ends[2])^2)
w <- 4 * e
tau2 <- max(length(z) * phi - (length(z) - 1), 0) / (sum(w) - sum(w^2) / sum(w))
narrow <- function(p) {
  r <- qpois(p, e)
  f <- (ppois(r, e) - p) / dpois(r, e)
  pmax(r - f, 0) / e
}
outside <- function(low, high) sum(o / e < low | o / e > high)
multiplied <- function(level) {
  reach <- qnorm((1 + level) / 2) * sqrt(phi / w)
  outside(pmax(1 - reach, 0)^2, (1 + reach)^2)
}
added <- function(level) {
  reach <- qnorm((1 + level) / 2) * sqrt(1 / w + tau2)
  outside(pmax(1 - reach, 0)^2, (1 + reach)^2)
}

writeLines(object(list(
  mean = number(mean_ml), nu = number(nu), alpha = number(alpha), log_likelihood = number(top),
  heterogeneity_p = number(pchisq(ratio, 1, lower.tail = FALSE) / 2),
  shrunken = vector(shape / rate), std_error = vector(sqrt(shape) / rate),
  low = vector(qgamma(0.025, shape, rate)), high = vector(qgamma(0.975, shape, rate)),
  weight = vector(e / rate),
  moments_mean = number(m), moments_variance = number(a),
  moments_shrunken = vector((o + m^2 / a) / (e + m / a)),
  mean_rank = vector(mean_rank),
  phi_raw = number(mean(z^2)), phi = number(phi), tau = number(sqrt(tau2)),
  outside_95 = number(outside(narrow(0.025), narrow(0.975))),
  outside_998 = number(outside(narrow(0.001), narrow(0.999))),
  multiplied_95 = number(multiplied(0.95)), multiplied_998 = number(multiplied(0.998)),
  added_95 = number(added(0.95)), added_998 = number(added(0.998))
)), "tests/reference/small_units.json")
