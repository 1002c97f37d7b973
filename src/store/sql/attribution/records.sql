SELECT
    {include attribution/record-columns}
FROM {include attribution/near-records}
