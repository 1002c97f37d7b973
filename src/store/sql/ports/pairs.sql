-- Which addresses of nodes held ports towards which addresses.
SELECT node_ip, dest_ip
FROM {include ports/held}
GROUP BY node_ip, dest_ip
