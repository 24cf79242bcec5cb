/** The error of a system call that failed, as node:fs throws it. */
export class SystemError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(code: string, syscall: string, subject: string | number) {
    super(`${code}: ${syscall} ${JSON.stringify(subject)}`);
    this.code = code;
    this.syscall = syscall;
  }
}
