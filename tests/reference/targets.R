# Reference numbers for the models of targets: Rscript tests/reference/targets.R, from the root of the repository.
# Reads tests/reference/data/targets.csv (a simulated register), writes tests/reference/targets.json.
suppressPackageStartupMessages(library(sandwich))
d <- read.csv("tests/reference/data/targets.csv")
json <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")
out <- list()

# Counts given that they are off the target: maximum likelihood by optim, polished by nlm
off <- d$admitted != d$target
x <- cbind(1, d$urban)
loss <- function(mass) function(b) {
  m <- d$target * exp(drop(x %*% b[1:2]))
  -sum((mass(d$admitted, m, b, TRUE) - log1p(-mass(d$target, m, b, FALSE)))[off])
}
nb <- function(y, m, b, log) dnbinom(y, size = exp(-b[3]), mu = m, log = log)
po <- function(y, m, b, log) dpois(y, m, log = log)
best <- function(f, start) {
  b <- optim(start, f, method = "BFGS", control = list(reltol = 1e-15))$par
  nlm(f, b, gradtol = 1e-10, steptol = 1e-12)$estimate
}
b <- best(loss(po), c(0, 0))
out$poisson <- json(b)
out$poisson_expected <- json(sum(dpois(d$target, d$target * exp(drop(x %*% b)))))
b <- best(loss(nb), c(0, 0, -2))
out$nb2 <- json(c(b[1:2], exp(b[3])))
out$nb2_expected <- json(sum(dnbinom(d$target, size = exp(-b[3]), mu = d$target * exp(drop(x %*% b[1:2])))))

# Frandsen's p-value from its definition, every opposite tail tried: at, near, k
cases <- rbind(c(45, 100, 0.1), c(45, 100, 0.02), c(20, 100, 0.1), c(7, 12, 0.05), c(60, 150, 0.215), c(0, 9, 0.3),
               c(45, 100, 0), c(5, 5, 0))
frandsen <- function(at, n, k) {
  low <- (1 - k) / (3 - k); high <- (1 + k) / (3 + k)
  up <- function(y, p) pbinom(y - 1, n, p, lower.tail = FALSE)
  if (up(at, high) <= pbinom(at, n, low)) {
    left <- -1:n
    left <- rev(left)[which.min(rev(abs(pbinom(left, n, low) - up(at, high))))]
    right <- at
  } else {
    right <- 0:(n + 1)
    right <- right[which.min(abs(up(right, high) - pbinom(at, n, low)))]
    left <- at
  }
  min(1, max(pbinom(left, n, low) + up(right, low), pbinom(left, n, high) + up(right, high)))
}
out$frandsen_cases <- paste0("[", paste(apply(cases, 1, json), collapse = ", "), "]")
out$frandsen <- json(apply(cases, 1, function(z) frandsen(z[1], z[2], z[3])))
out$clopper_pearson <- json(binom.test(45, 100)$conf.int)

# The ratchet: least squares over pairs of years, clustered with G/(G-1) (n-1)/(n-k)
after <- d[, c("unit_id", "year", "target")]
after$year <- after$year - 1
p <- merge(d, after, by = c("unit_id", "year"), suffixes = c("", "_next"))
p$over <- pmax(p$admitted - p$target, 0) / p$target
p$under <- pmax(p$target - p$admitted, 0) / p$target
p$size <- log(p$target)
p$change <- log(p$target_next / p$target)
fit <- lm(change ~ over + under + size + factor(year), p)
v <- vcovCL(fit, cluster = p$unit_id, type = "HC1", cadjust = TRUE)
out$ratchet <- json(coef(fit)[c("over", "under", "size", "(Intercept)")])
out$ratchet_se <- json(sqrt(diag(v))[c("over", "under", "size", "(Intercept)")])
c2 <- c("over", "under")
t_sum <- sum(coef(fit)[c2]) / sqrt(sum(v[c2, c2]))
freedom <- length(unique(p$unit_id)) - 1
out$asymmetry <- json(c(sum(coef(fit)[c2]), sqrt(sum(v[c2, c2])), 2 * pt(-abs(t_sum), freedom)))
# within units, with the overall means put back, as Stata's xtreg does
within <- function(z) z - ave(z, p$unit_id) + mean(z)
w <- data.frame(lapply(p[, c("change", "over", "under", "size")], within))
fit <- lm(change ~ over + under + size, w)
v <- vcovCL(fit, cluster = p$unit_id, type = "HC1", cadjust = TRUE)
out$within <- json(coef(fit)[c("over", "under", "size")])
out$within_se <- json(sqrt(diag(v))[c("over", "under", "size")])

# The caliper: exact binomial
out$caliper <- json(c(binom.test(14, 18)$p.value, binom.test(14, 18)$conf.int))

lines <- sprintf("  \"%s\": %s", names(out), unlist(out))
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "tests/reference/targets.json")
