import { RestError } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { BlobTrouble, type BlobTroubleKind, blobTroubleOf } from './blob-trouble.ts';
import { waitMs } from '../wait.ts';

const answered = (statusCode: number, errorCode: string, headers: Readonly<Record<string, string>> = {}): RestError => {
  const response = { headers: { get: (name: string) => headers[name] } };
  const error = new RestError(`It failed.\nRequestId:1\nTime:2`, { statusCode, code: errorCode });
  return Object.assign(error, { details: { errorCode }, response });
};

test.each<[BlobTroubleKind, unknown]>([
  ['forbidden', answered(403, 'AuthorizationPermissionMismatch')],
  ['network-rules', answered(403, 'AuthorizationFailure')],
  ['refused-credential', answered(403, 'AuthenticationFailed')],
  ['refused-credential', answered(401, 'SomethingNew')],
  ['forbidden', answered(403, 'SomethingNew')],
  ['absent', answered(404, 'ContainerNotFound')],
  ['changed', answered(412, 'ConditionNotMet')],
  ['changed', answered(416, 'InvalidRange')],
  ['other', answered(503, 'ServerBusy')],
  ['unreachable', Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' })],
  ['unreachable', Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
  ['no-credential', Object.assign(new Error('run az login'), { name: 'CredentialUnavailableError' })],
  ['other', new Error('anything')],
])('it is %s', (kind, error) => {
  const trouble = blobTroubleOf(error);
  expect(trouble).toBeInstanceOf(BlobTrouble);
  expect(trouble.kind).toBe(kind);
  expect(trouble.message).not.toMatch(/\n|RequestId/);
});

test('storage may say how long to wait, and what it says repeats no secret', () => {
  expect(blobTroubleOf(answered(503, 'ServerBusy', { 'retry-after': '17' })).retryAfterMs).toBe(17_000);
  expect(blobTroubleOf(answered(503, 'ServerBusy')).retryAfterMs).toBeNull();
  expect(blobTroubleOf(new Error('GET https://a/c?sv=1&sig=SECRET failed')).message).not.toContain('SECRET');
});

test.each<[failures: number, random: number, ms: number]>([
  [0, 0, 60_000],
  [0, 1, 48_000],
  [1, 0, 120_000],
  [3, 0, 480_000],
  [4, 0, 900_000],
  [1_000, 0, 900_000],
])('after %i failures it waits: random %f gives %i ms', (failures, random, ms) => {
  expect(waitMs(failures, 60_000, random)).toBe(ms);
});
