-- Flows that held a port of their node from {first_ms} on, with the way that they leave by.
(
    SELECT *, let_go_ms AS given_ms
    FROM {include ports/held-by-way}
    WHERE given_ms > {first_ms:Int64}
)
