import { parentPort, workerData } from 'node:worker_threads';
import { type Destinations, type GradingBackground, kindGrader } from './grade-kinds.ts';

/* A thread of `gradingPool`: destinations in, grades out. What it throws reaches the one who waits, as the thread's error. */
const grade = kindGrader(workerData as GradingBackground);
parentPort?.on('message', (destinations: Destinations) => parentPort?.postMessage(grade(destinations)));
