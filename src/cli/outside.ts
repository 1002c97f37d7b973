import type { Readable } from 'node:stream';
import type { Instant } from '../base/instant.ts';
import type { BackupTold } from '../core/backup.ts';
import type { Compacted } from '../core/compaction.ts';
import type { QueryLanguage } from '../core/kql/query-language.ts';
import type { Tables } from '../core/kql/tables.ts';
import type { Result } from '../base/result.ts';
import type { NamespaceSum } from '../core/monitoring/cost/ingested.ts';
import type { RetailItem } from '../core/prices/from-retail.ts';
import type { SymptomReader } from '../core/symptom.ts';
import type { Purged, PurgeAsked } from '../core/purge.ts';
import type { Redaction } from '../app/redaction/redaction.ts';
import type { Retention } from '../core/retention.ts';
import type { ByteObject, CollectorCheck, Scratch, Store, TakeIn, TimeSpan } from '../core/ports.ts';
import type { PackQuery } from '../app/kql-pack.ts';
import type { WorkspaceAnswer } from '../app/kql-run.ts';
import type { ConfigurationFiles, ConfigurationReaders } from '../app/audit-files.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import type { NodeLook } from '../app/now.ts';
import type { TableName } from '../formats/log-analytics/log-analytics-decoder.ts';
import type { Simulated, Simulation } from './simulation.ts';

/** A stream that a person or a program reads. */
export interface Sink {
  readonly isTTY: boolean;
  /** Width of the terminal; null where there is none. */
  readonly columns: number | null;
  /** Waits while the reader is slow. */
  write(text: string): Promise<void>;
}

export interface FoundFiles {
  readonly objects: readonly ByteObject[];
  readonly skipped: readonly { readonly name: string; readonly why: string; readonly isProblem: boolean }[];
}

export interface ConfigurationAt {
  readonly found: ConfigurationFiles;
  readonly readers: ConfigurationReaders;
  readonly types: ProviderTypes;
}

export interface BlobsAsked {
  readonly url: string;
  /** Of which hours. */
  readonly span: TimeSpan;
  /** Up to where its blobs were read. */
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
}

export interface BlobsWatched {
  readonly url: string;
  readonly cluster: string;
  readonly everyMs: number;
  readonly since: Instant;
}

/** What is new at a place that is not this machine. */
export interface FoundRemote extends FoundFiles {
  /** Without a secret. */
  readonly name: string;
  /** Hours of a container, or minutes of a workspace's tables, that have nothing new. */
  readonly unchanged: number;
}

interface WorkspaceNamed {
  /** Of the workspace, as it was given. */
  readonly workspace: string;
  readonly cluster: string;
  readonly tables: readonly TableName[];
  /** null: that of the public cloud. */
  readonly endpoint: string | null;
}

export interface WorkspaceAsked extends WorkspaceNamed {
  readonly span: TimeSpan;
  readonly cursors: BlobsAsked['cursors'];
}

export interface MetricsWatched {
  /** The id of an Azure resource, as it was given. */
  readonly resource: string;
  readonly cluster: string;
  readonly everyMs: number;
  readonly since: Instant;
  /** null: that of the public cloud. */
  readonly endpoint: string | null;
}

export interface WorkspaceWatched extends WorkspaceNamed {
  readonly everyMs: number;
  readonly since: Instant;
}

export interface ServerAt {
  readonly url: string;
  /** null: none is needed. */
  readonly token: string | null;
}

export interface KubernetesAsked {
  /** null: where kubectl looks, or the cluster that unmasq runs in. */
  readonly kubeconfig: string | null;
  /** null: the current one. */
  readonly context: string | null;
  /** What its rows are stored under; null: the store's default. */
  readonly cluster: string | null;
}

export interface OidcAsked {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that says what its holder may, and the values of it that give each role. */
  readonly claim: string;
  readonly values: { readonly read: readonly string[]; readonly ingest: readonly string[] };
  /** Values of it that let read some namespaces alone. */
  readonly readIn: ReadonlyMap<string, readonly string[]>;
}

/** An address of this machine. Port 0: any that is free. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

export interface ServeAsked extends ListenAt {
  /** Where the store is: a folder, or the URL of a ClickHouse server. */
  readonly data: string;
  /** Where to listen for OTLP over gRPC; null: nowhere. */
  readonly grpc: ListenAt | null;
  /** null: without tokens. */
  readonly tokenFile: string | null;
  /** Tokens of an OpenID Connect issuer; null: none are taken. */
  readonly oidc: OidcAsked | null;
  /** The words of log lines, beside the ids and destinations in them. */
  readonly keepsLogText: boolean;
  /** What reads symptoms in lines of logs. */
  readonly symptomIn: SymptomReader;
  readonly retention: Retention;
  /** null: what the server itself has. */
  readonly timeLimitSeconds: number | null;
  /** The cluster whose API is watched; null: none is. */
  readonly kubernetes: KubernetesAsked | null;
  /** Containers of flow logs that it reads by itself. */
  readonly blobs: readonly BlobsWatched[];
  /** Log Analytics workspaces that it reads by itself. */
  readonly workspaces: readonly WorkspaceWatched[];
  /** Azure resources whose metrics it reads by itself. */
  readonly metrics: readonly MetricsWatched[];
  /** The files that it is asked to audit; empty: none. */
  readonly audit: readonly string[];
  /** What it reckons the costs of; null: of nothing. */
  readonly spec: string | null;
  /** Exports of tables of Log Analytics, which belong to the spec. */
  readonly measured: readonly string[];
  readonly log: (line: string) => void;
}

export interface AgentAsked {
  readonly server: string;
  readonly node: string;
  /** null: the server's default. */
  readonly cluster: string | null;
  /** null: UNMASQ_TOKEN, or none. */
  readonly tokenFile: string | null;
  readonly spool: string;
  readonly spoolMib: number | null;
  readonly bufferMib: number | null;
  readonly sendEverySeconds: number | null;
  readonly log: (line: string) => void;
}

export interface LookAsked {
  /** null: where kubectl looks, or the cluster that unmasq runs in. */
  readonly kubeconfig: string | null;
  /** null: the current one. */
  readonly context: string | null;
  /** Of the debugging pods. */
  readonly namespace: string;
  readonly image: string;
  readonly forSeconds: number;
  /** Only these; empty: every node. */
  readonly nodes: readonly string[];
  /** However many there are. */
  readonly isOfAllNodes: boolean;
  readonly progress: (text: string) => void;
  readonly log: (line: string) => void;
}

export interface Looked {
  readonly nodes: readonly NodeLook[];
  /** Pods that could not be deleted: they end by themselves. */
  readonly left: readonly string[];
  /** The label selector that finds them. */
  readonly selector: string;
}

/** What stands in kql/: queries, and the tables that they may ask. */
export interface KqlPack {
  /** Months, the oldest first. */
  readonly versions: readonly string[];
  /** As of one of the versions; null: the newest. */
  tables(asOf: string | null): Tables;
  readonly queries: readonly PackQuery[];
  /** Those that a workspace is asked in the place of a store, by their names. */
  readonly asked: ReadonlyMap<string, string>;
}

export interface WorkspaceQuery {
  readonly workspace: string;
  /** null: that of the public cloud. */
  readonly endpoint: string | null;
  readonly text: string;
  /** Of a table that is not of the plan Analytics: the time that is read. Absent or null: it is. */
  readonly search?: TimeSpan | null;
}

export interface IngestionAsked {
  readonly workspace: string;
  readonly endpoint: string | null;
}

/** What a workspace says that came in. */
export interface WorkspaceIngestion {
  /** Its own count, as rows of the table Usage. */
  readonly usage: ByteObject;
  readonly namespaces: readonly NamespaceSum[];
  /** Tables of which it is not told which namespaces have them. */
  readonly unclear: readonly { readonly table: string; readonly why: string }[];
}

export interface RetailListed {
  readonly items: readonly RetailItem[];
  readonly rejected: number;
  /** Where they are from. */
  readonly source: string;
}

type Progress = (bytes: number) => void;

/** Everything that a command needs of the world. main.ts connects it; a test connects something smaller. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** With `--redact`: what takes names out, and where answers go that have none any more. */
  readonly redaction?: { readonly names: Redaction; readonly stdout: Sink };
  /** HMAC-SHA256; null: with a key that is made anew and kept nowhere. */
  keyedDigest(key: string | null): (text: string) => Uint8Array;
  readonly stdin: { readonly isTTY: boolean; stream(): Readable };
  now(): Instant;
  /** `data`: a folder, or the URL of a ClickHouse server. */
  openStore(data: string): Promise<Store>;
  /** Copies the store of a folder to a file or a folder that is not there yet; `progress`: bytes that were copied. Throws `Refused` where it cannot. */
  backUp(asked: { readonly data: string; readonly to: string; readonly progress: Progress }): Promise<BackupTold>;
  /** Makes the store of a new or empty folder of a backup; `data` null: only looks whether it could. Throws `Refused` where it cannot. */
  restore(asked: {
    readonly from: string;
    readonly data: string | null;
    readonly progress: Progress;
  }): Promise<BackupTold>;
  /** Takes a namespace or a pod out of the store of a folder; `isDry`: only counts. Throws `Refused` where it cannot. */
  purge(asked: {
    readonly data: string;
    readonly asked: PurgeAsked;
    readonly isDry: boolean;
    readonly progress: (text: string) => void;
  }): Promise<Purged>;
  /** Merges and drops in the store of a folder what need not be there. Throws `Refused` where it cannot. */
  compact(asked: {
    readonly data: string;
    readonly retention: Retention;
    readonly progress: (text: string) => void;
  }): Promise<Compacted>;
  /** A folder that has none becomes one when it is opened. Of a server it is said when it is opened. */
  holdsStore(data: string): Promise<boolean>;
  /** Asks each source that the server reads by itself whether it can be had; without a server there are none. */
  checkCollectors(): Promise<readonly CollectorCheck[]>;
  /** `-` is standard input. */
  filesAt(paths: readonly string[]): Promise<FoundFiles>;
  /** The files of a monitoring configuration, with what reads them; `-` is standard input. */
  configurationAt(paths: readonly string[]): Promise<ConfigurationAt>;
  /** What Azure says of a cluster, by its id, and of its monitoring. Throws `Refused` where it cannot be asked. */
  liveConfigurationOf(cluster: string): Promise<ConfigurationAt>;
  /** What is new in a container. Throws `Refused` where it cannot be read. */
  blobsAt(asked: BlobsAsked): Promise<FoundRemote>;
  /** What is new in a Log Analytics workspace. Throws `Refused` where it cannot be read. */
  workspaceAt(asked: WorkspaceAsked): Promise<FoundRemote>;
  /** Addresses that the name means at this moment, by this machine's resolver. */
  resolve(host: string): Promise<readonly string[]>;
  /** Folder of the recorded incident, and its run.json; null when the installation has none. */
  incident(): Promise<{ readonly folder: string; readonly run: string } | null>;
  readText(path: string): Promise<string>;
  /** Of the files of a folder, by name; a folder that is not there has none. Throws where it cannot be read. */
  textsIn(folder: string): Promise<ReadonlyMap<string, string>>;
  kqlPack(): Promise<KqlPack>;
  /** Runs a query there. Throws `Refused` where it cannot. */
  askWorkspace(asked: WorkspaceQuery): Promise<WorkspaceAnswer>;
  /** Whoever has it closes it. */
  queryLanguage(): Promise<QueryLanguage>;
  temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }>;
  /** Where temporary files go. */
  scratch(): Promise<Scratch>;
  /** Of which half is never there; throws at once where it cannot be written. */
  wholeFile(path: string): Promise<{ save(text: string): Promise<void>; drop(): Promise<void> }>;
  /** Writes a simulated run into the folder; refuses one that holds something. */
  simulate(
    folder: string,
    asked: Simulation,
    progress: (done: { readonly share: number; readonly connections: number }) => void,
  ): Promise<Simulated>;
  /** Throws `Refused` where serving could not begin, as far as that is known without beginning. */
  checkServe(asked: Omit<ServeAsked, 'log'>): Promise<void>;
  /** Serves the store of a folder until it is closed; `open`: one that is open already. Throws `Refused` where it cannot. */
  serve(
    asked: ServeAsked,
    open?: Outside['openStore'],
  ): Promise<{ readonly url: string; readonly grpc: string | null; close(): Promise<void> }>;
  /** Listens on this node until the process is asked to end. Throws `Refused` where it cannot. */
  listen(asked: AgentAsked): Promise<void>;
  /** Listens on the nodes of a cluster for a short time, and hands over what it hears, with the pods and nodes there are. Throws `Refused` where it cannot. */
  lookAtNodes(asked: LookAsked, take: TakeIn, stop: AbortSignal): Promise<Looked>;
  /** The server that has the folder open; null: none does, or it cannot be known. */
  serverOf(data: string): Promise<ServerAt | null>;
  /** Of the last days. Throws `Refused` where it cannot be read. */
  ingestionAt(asked: IngestionAsked): Promise<WorkspaceIngestion>;
  /** Rows of Azure's list of retail prices, all that the filters mean; null: of the public one. A problem says why there are none. */
  retailItems(endpoint: string | null, filters: readonly string[]): Promise<Result<RetailListed, string>>;
  /** All of them, or none. Throws with the path of the one that cannot be written; then all is as it was. */
  saveTogether(files: readonly { readonly path: string; readonly text: string }[]): Promise<void>;
  /** Makes the folder, and has it for this run alone until it is let go. Throws `Refused` where another run has it. */
  holdFolder(path: string): Promise<() => void>;
  /** With those around it. */
  makeFolder(path: string): Promise<void>;
  fetch(url: string, headers: Readonly<Record<string, string>>): Promise<Response>;
  /** Resolves when the process is asked to end: Ctrl-C, SIGTERM. */
  untilAskedToEnd(): Promise<void>;
  /** Asks for a line until there is none. */
  ask(prompt: string): AsyncIterable<string>;
  /** True after the first Ctrl-C of a command that stops by itself; the second ends the process at once. */
  stopsItself(): () => boolean;
}
