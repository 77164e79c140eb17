# Reference numbers for the models of targets: Rscript tests/reference/targets.R, from the root of the repository.
# Reads tests/reference/data/targets.csv (a simulated register), writes tests/reference/targets.json.
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

# The ratchet: least squares over pairs of years, with the errors and freedom of Bell and McCaffrey by clusters,
# from the whole matrices: each cluster's residuals times the inverse root of what the fit leaves of its errors
cr2 <- function(fit, cluster, l) {
  x <- model.matrix(fit)
  b <- solve(crossprod(x))
  left <- diag(nrow(x)) - x %*% b %*% t(x)
  v <- 0
  p <- NULL
  for (g in unique(cluster)) {
    i <- which(cluster == g)
    s <- eigen(left[i, i, drop = FALSE], symmetric = TRUE)
    u <- s$vectors[, s$values > 1e-8, drop = FALSE]
    a <- u %*% (t(u) / sqrt(s$values[s$values > 1e-8])) %*% x[i, , drop = FALSE] %*% b %*% l
    v <- v + sum(a * resid(fit)[i])^2
    p <- cbind(p, left[, i, drop = FALSE] %*% a)
  }
  m <- crossprod(p)
  c(sqrt(v), sum(diag(m))^2 / sum(m^2))
}
of <- function(fit, cluster, names) sapply(names, function(n) cr2(fit, cluster, as.numeric(names(coef(fit)) == n)))
after <- d[, c("unit_id", "year", "target")]
after$year <- after$year - 1
p <- merge(d, after, by = c("unit_id", "year"), suffixes = c("", "_next"))
p$over <- pmax(p$admitted - p$target, 0) / p$target
p$under <- pmax(p$target - p$admitted, 0) / p$target
p$size <- log(p$target)
p$change <- log(p$target_next / p$target)
fit <- lm(change ~ over + under + size + factor(year), p)
terms <- c("over", "under", "size", "(Intercept)")
v <- of(fit, p$unit_id, terms)
out$ratchet <- json(coef(fit)[terms])
out$ratchet_se <- json(v[1, ])
out$ratchet_freedom <- json(v[2, ])
both <- sum(coef(fit)[c("over", "under")])
v <- cr2(fit, p$unit_id, as.numeric(names(coef(fit)) %in% c("over", "under")))
out$asymmetry <- json(c(both, v[1], 2 * pt(-abs(both / v[1]), v[2])))
# within units, the units' effects being columns
fit <- lm(change ~ over + under + size + factor(unit_id), p)
v <- of(fit, p$unit_id, terms[1:3])
out$within <- json(coef(fit)[terms[1:3]])
out$within_se <- json(v[1, ])
out$within_freedom <- json(v[2, ])

# The caliper: exact binomial
out$caliper <- json(c(binom.test(14, 18)$p.value, binom.test(14, 18)$conf.int))

lines <- sprintf("  \"%s\": %s", names(out), unlist(out))
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "tests/reference/targets.json")
