-- How many of the chosen flows began in each step of {step_ms} from {first_ms} on, by verdict; those that were alive already then, in step 0.
-- `is_among`: 1 where one of them is among all pods of a node, so that chosen-bare.sql does not tell its verdict.
-- Mirrors core/flow-steps.ts; test/flow-steps.test.ts holds the two together.
SELECT
    intDiv(greatest(begin_ms - {first_ms:Int64}, 0), {step_ms:Int64}) AS step,
    verdict,
    -- Parts of an aggregate sum to a whole again.
    round(sum(flows * part), 9) AS count,
    round(sum(part), 9) AS list_rows,
    max(among) AS is_among
FROM chosen
GROUP BY step, verdict
ORDER BY step, verdict
