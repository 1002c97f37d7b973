-- Who held which address from when: given to the peer as it truly was. unmasq works it out from the watch.
CREATE TABLE lease AS
SELECT ip, podUid AS pod_uid, epoch_ms("from") AS from_ms, coalesce(epoch_ms(until), 9223372036854775807) AS until_ms
FROM read_json({placement}, columns = {podUid: 'VARCHAR', ip: 'VARCHAR', hostNetwork: 'BOOLEAN', "from": 'TIMESTAMP', until: 'TIMESTAMP'})
WHERE NOT hostNetwork;

CREATE TABLE node AS SELECT unnest({nodes}) AS ip;
