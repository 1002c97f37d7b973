-- Connections that no verdict names a pod of, those of nodes themselves left out.
SELECT count() AS unnamed FROM {include ports/held} WHERE uid = '' AND told != 'node'
