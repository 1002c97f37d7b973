-- Another text after each write.
(SELECT concat(toString(count()), ' ', toString(sum(cityHash64(write, object)))) FROM write_log WHERE cluster = {cluster:String})
