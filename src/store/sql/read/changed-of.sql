-- What was said before of flows with these ids; of all where none is given.
SELECT toString(bitXor(tuple, cityHash64({cluster:String}))) AS id, flow_ms AS begin_ms, at_ms, was.1 AS verdict, was.2 AS reason, was.3 AS uid
FROM ({include read/changed})
WHERE empty({ids:Array(String)}) OR has({ids:Array(String)}, id)
