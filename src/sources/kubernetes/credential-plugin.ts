import { execFile, type ExecFileException } from 'node:child_process';
import { type Instant, parseInstant, SECOND } from '../../base/instant.ts';
import { listOf, member, parseValue, textOf } from '../../formats/json/json-value.ts';

/**
 * A program that a kubeconfig names, and that makes credentials: kubelogin, for one.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export interface PluginWorld {
  readonly now: () => Instant;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** It is ended when it takes longer: one that asks a person something waits for ever. */
  readonly withinMs: number;
}

/** Empty: it made none of that. */
export interface Made {
  readonly token: string;
  readonly cert: string;
  readonly key: string;
}

const MOST_OF_AN_ANSWER = 1_048_576;
/** What expires so soon is made anew. */
const SOON_MS = 10 * SECOND;

export class CredentialPlugin {
  private made: { readonly credentials: Made; readonly until: Instant | null } | null = null;
  private making: Promise<Made> | null = null;
  private readonly exec: object;
  private readonly cluster: object;
  private readonly world: PluginWorld;

  /** `exec` is as the kubeconfig has it; `cluster` is what the plugin is told of the cluster, if it is to be told. */
  constructor(exec: object, cluster: object, world: PluginWorld) {
    this.exec = exec;
    this.cluster = cluster;
    this.world = world;
  }

  /** Runs it where what it made last is no longer good, and once for all who ask at a time. */
  credentials(signal: AbortSignal): Promise<Made> {
    const { made, world } = this;
    if (made !== null && (made.until === null || world.now() < made.until - SOON_MS))
      return Promise.resolve(made.credentials);
    this.making ??= this.run(signal).finally(() => {
      this.making = null;
    });
    return this.making;
  }

  private async run(signal: AbortSignal): Promise<Made> {
    const command = textOf(member(this.exec, 'command'));
    const said = parseValue(await this.output(command, signal));
    const status = said.ok ? member(said.value, 'status') : undefined;
    const credentials = {
      token: textOf(member(status, 'token')),
      cert: textOf(member(status, 'clientCertificateData')),
      key: textOf(member(status, 'clientKeyData')),
    };
    if (credentials.token === '' && credentials.cert === '')
      throw new Error(`${command} printed no ExecCredential with a token or a certificate`);
    const until = parseInstant(textOf(member(status, 'expirationTimestamp')));
    this.made = { credentials, until: until.ok ? until.value : null };
    return credentials;
  }

  private output(command: string, signal: AbortSignal): Promise<string> {
    const { env, withinMs } = this.world;
    const spec = {
      interactive: false,
      ...(member(this.exec, 'provideClusterInfo') === true ? { cluster: this.cluster } : {}),
    };
    const info = { apiVersion: textOf(member(this.exec, 'apiVersion')), kind: 'ExecCredential', spec };
    const own = listOf(member(this.exec, 'env')).map((one) => [
      textOf(member(one, 'name')),
      textOf(member(one, 'value')),
    ]);
    const options = {
      env: {
        ...env,
        KUBERNETES_EXEC_INFO: JSON.stringify(info),
        ...(Object.fromEntries(own) as Record<string, string>),
      },
      timeout: withinMs,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OF_AN_ANSWER,
      signal,
    } as const;
    return new Promise((resolve, reject) => {
      const child = execFile(
        command,
        listOf(member(this.exec, 'args')).map(textOf),
        options,
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`${command} ${this.whyNot(error, stderr)}`));
        },
      );
      // There is nobody to ask.
      child.stdin?.end();
    });
  }

  private whyNot(error: ExecFileException, stderr: string): string {
    const said = stderr.trim().slice(-500);
    const hint = textOf(member(this.exec, 'installHint')).trim();
    if (error.code === 'ENOENT') return `cannot be found in PATH${hint === '' ? '' : `: ${hint}`}`;
    if (error.killed === true)
      return `was ended after ${this.world.withinMs / SECOND} s${said === '' ? ': perhaps it asks somebody to log in' : `; it said: ${said}`}`;
    return `failed (${error.code ?? error.name})${said === '' ? '' : `: ${said}`}`;
  }
}
