import { parentPort, workerData } from 'node:worker_threads';
import { type Background, type ChunkFacts, verdictsFrom } from './verdicts.ts';

/* The thread of `verdictMaker`: chunks in, verdicts out. What it throws reaches the one who waits, as the thread's error. */
const verdicts = verdictsFrom(workerData as Background);
parentPort?.on('message', (facts: ChunkFacts) => parentPort?.postMessage(verdicts(facts)));
