# Golden numbers for the segmented regression. From the root: Rscript tests/reference/reform.R
# R 4.2.2, sandwich 3.0-2. seatbelts.csv: drivers killed in Great Britain a month, 1969-1984, and
# kilometres driven, R's datasets::Seatbelts (Harvey and Durbin 1986, JRSS A 149, 187-227); wearing a
# belt became compulsory on 31 January 1983, so that February is the first whole month under the law.
library(sandwich)

number <- function(x) sprintf("%.12g", x)
vector <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
object <- function(fields) {
  paste0("{", paste(sprintf("\"%s\": %s", names(fields), unlist(fields)), collapse = ", "), "}")
}

errors <- function(fit, lag, adjust) {
  vector(sqrt(diag(NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = adjust))))
}

told <- function(fit, lags) {
  shown <- list(
    coefficients = vector(coef(fit)),
    model = vector(summary(fit, dispersion = 1)$coefficients[, 2]),
    dispersion = number(sum(residuals(fit, "pearson")^2) / fit$df.residual)
  )
  for (lag in lags) {
    shown[[paste0("adjusted_", lag)]] <- errors(fit, lag, TRUE)
    shown[[paste0("plain_", lag)]] <- errors(fit, lag, FALSE)
  }
  residual <- residuals(fit, "pearson")
  shown$correlation <- vector(sapply(1:6, function(j) {
    sum(residual[-seq_len(j)] * residual[seq_len(length(residual) - j)]) / sum(residual^2)
  }))
  object(shown)
}

strict <- glm.control(epsilon = 1e-14, maxit = 100)
belts <- read.csv("tests/reference/data/seatbelts.csv")
belts$month <- factor(as.integer(substr(belts$period, 6, 7)))
first <- which(belts$period == "1983-02")
belts$time <- (seq_len(nrow(belts)) - first) / 12
belts$after <- as.numeric(belts$time >= 0)
used <- belts[belts$period != "1983-01", ]
whole <- glm(killed ~ time + after + I(time * after) + month, poisson, used, offset = log(kilometres),
             control = strict)

angle <- 2 * pi * (as.integer(used$month) - 1) / 12
waves <- glm(killed ~ time + after + I(time * after) + sin(angle) + cos(angle) + sin(2 * angle) + cos(2 * angle),
             poisson, used, offset = log(kilometres), control = strict)

# Quarters around a date of no meaning, 15 August 1982, which leaves nine of them after it
belts$quarter <- factor(paste0(substr(belts$period, 1, 4), "-Q", (as.integer(belts$month) - 1) %/% 3 + 1))
sums <- aggregate(cbind(killed, kilometres) ~ quarter, belts, sum)
sums$part <- factor(substr(sums$quarter, 6, 7))
place <- which(sums$quarter == "1982-Q4")
sums$time <- (seq_len(nrow(sums)) - place) / 4
sums$after <- as.numeric(sums$time >= 0)
quarters <- glm(killed ~ time + after + I(time * after) + part, poisson, sums[sums$quarter != "1982-Q3", ],
                offset = log(kilometres), control = strict)

# From the month of the law on, what the trend before it leads to
ahead <- transform(used, after = 0, time = time)
onward <- model.matrix(~ time + after + I(time * 0) + month, ahead)
mean <- exp(onward %*% coef(whole)) * used$kilometres

# The left-out period leaves a gap of one month, which R's NeweyWest closes; errors that keep the gap
# come from the scores with a row of zeros in its place.
scores <- rbind(estfun(whole)[used$time < -0.1, ], 0, estfun(whole)[used$time >= 0, ])
bread <- vcov(whole)
gapped <- function(lag) {
  meat <- crossprod(scores)
  for (j in seq_len(lag)) {
    shifted <- crossprod(scores[-seq_len(j), ], scores[seq_len(nrow(scores) - j), ])
    meat <- meat + (1 - j / (lag + 1)) * (shifted + t(shifted))
  }
  n <- nrow(used)
  vector(sqrt(diag(n / (n - length(coef(whole))) * bread %*% meat %*% bread)))
}

lines <- c(
  sprintf("\"whole\": %s", told(whole, c(0, 4, 12))),
  sprintf("\"waves\": %s", told(waves, 4)),
  sprintf("\"quarters\": %s", told(quarters, 3)),
  sprintf("\"gapped_4\": %s", gapped(4)),
  sprintf("\"counterfactual\": %s", vector(mean[used$time >= 0]))
)
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), "tests/reference/reform.json")
