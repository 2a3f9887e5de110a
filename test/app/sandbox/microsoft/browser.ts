/** One person's browser, with cookies and forms only. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  async open(url: string): Promise<Response> {
    return this.remember(await fetch(url, { headers: this.headers(), redirect: "manual" }));
  }

  async submit(
    url: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const body = new URLSearchParams(form);
    const init = { method: "POST", body, headers: { ...this.headers(), ...headers } };
    return this.remember(await fetch(url, { ...init, redirect: "manual" }));
  }

  async text(url: string): Promise<string> {
    return (await this.open(url)).text();
  }

  headers(): Record<string, string> {
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  private remember(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}
