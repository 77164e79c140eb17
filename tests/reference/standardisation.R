# Golden numbers for standardisation and decomposition. From the root: Rscript tests/reference/standardisation.R
# R 4.2.2 without packages. down.csv: Fay and Feuer (1997), Statistics in Medicine 16, 791-801, table 1.
# selvin.csv: Selvin (2004), as in the examples of epitools. crossed.csv: made up, two sides by age, sex, locality.

number <- function(x) ifelse(is.na(x), "null", sprintf("%.12g", x))
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ", "), "}")
}

# Direct, gamma interval.
direct <- function(count, exposure, standard, per = 1e5, level = 0.95) {
  w <- per * standard / sum(standard) / exposure
  y <- sum(w * count)
  v <- sum(w^2 * count)
  tail <- (1 - level) / 2
  c(
    rate = y, error = sqrt(v), low = qgamma(tail, y^2 / v, scale = v / y),
    high = qgamma(1 - tail, (y + max(w))^2 / (v + max(w)^2), scale = (v + max(w)^2) / (y + max(w))),
    most = max(w), variance = v
  )
}

# Ratio of two, F interval (Fay 1999).
ratio <- function(one, other, level = 0.95) {
  tail <- (1 - level) / 2
  up <- function(r) c(r[["rate"]] + r[["most"]], r[["variance"]] + r[["most"]]^2)
  at <- function(r) c(r[["rate"]], r[["variance"]])
  limit <- function(p, a, b) a[1] / b[1] * qf(p, 2 * a[1]^2 / a[2], 2 * b[1]^2 / b[2])
  c(one[["rate"]] / other[["rate"]], limit(tail, at(one), up(other)), limit(1 - tail, up(one), at(other)))
}

down <- read.csv("tests/reference/data/down.csv")
standard <- tapply(down$members, down$age, sum)
by_order <- lapply(1:5, function(k) {
  rows <- down[down$order == k, ]
  direct(rows$admitted, rows$members, standard)
})

selvin <- read.csv("tests/reference/data/selvin.csv")
old <- selvin[selvin$year == 1940, ]
new <- selvin[selvin$year == 1960, ]
observed <- sum(old$admitted)
expected <- sum(old$members * (new$admitted / new$members))
exact <- poisson.test(observed)$conf.int / expected
crude <- 1e5 * sum(new$admitted) / sum(new$members)

# Das Gupta (1993), three crossed factors, by his formulae written out (5.31-5.36), and the variance of effects that are
# linear in the rates, by moving each count.
crossed <- read.csv("tests/reference/data/crossed.csv")
parts <- function(d) {
  n <- d$members
  total <- function(...) ave(n, ..., FUN = sum)
  one <- function(i, j, k) {
    (n / total(j, k))^(1 / 3) * (total(i, j) / total(j) * total(i, k) / total(k))^(1 / 6) * (total(i) / sum(n))^(1 / 3)
  }
  cbind(one(d$age, d$sex, d$locality), one(d$sex, d$age, d$locality), one(d$locality, d$age, d$sex))
}
first <- crossed[crossed$side == "A", ]
second <- crossed[crossed$side == "B", ]
effects <- function(count_first, count_second) {
  r1 <- 100 * count_first / first$members
  r2 <- 100 * count_second / second$members
  p1 <- first$members / sum(first$members)
  p2 <- second$members / sum(second$members)
  u <- parts(first)
  v <- parts(second)
  q <- function(a, b, c) {
    ((u[, b] * u[, c] + v[, b] * v[, c]) / 3 + (u[, b] * v[, c] + v[, b] * u[, c]) / 6) * (v[, a] - u[, a])
  }
  split <- c(sum((r1 + r2) / 2 * q(1, 2, 3)), sum((r1 + r2) / 2 * q(2, 1, 3)), sum((r1 + r2) / 2 * q(3, 1, 2)))
  c(sum(r2 * p2) - sum(r1 * p1), sum((r2 - r1) * (p1 + p2) / 2), sum((r1 + r2) / 2 * (p2 - p1)), split)
}
counts <- c(first$admitted, second$admitted)
cells <- nrow(first)
moved <- sapply(seq_along(counts), function(at) {
  more <- replace(counts, at, counts[at] + 1)
  effects(more[1:cells], more[-(1:cells)]) - effects(first$admitted, second$admitted)
})

writeLines(object(list(
  direct_rate = vector(sapply(by_order, `[[`, "rate")), direct_error = vector(sapply(by_order, `[[`, "error")),
  direct_low = vector(sapply(by_order, `[[`, "low")), direct_high = vector(sapply(by_order, `[[`, "high")),
  direct_ratio = vector(sapply(by_order, function(r) ratio(r, by_order[[1]])[1])),
  direct_ratio_low = vector(sapply(by_order, function(r) ratio(r, by_order[[1]])[2])),
  direct_ratio_high = vector(sapply(by_order, function(r) ratio(r, by_order[[1]])[3])),
  ratio = number(observed / expected), ratio_exact = vector(exact), rate = number(crude * observed / expected),
  effects = vector(effects(first$admitted, second$admitted)),
  effect_errors = vector(sqrt(moved^2 %*% counts))
)), "tests/reference/standardisation.json")
