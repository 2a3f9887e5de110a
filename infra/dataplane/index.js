/** The Pulumi engine starts a plugin by a file of this name. The plugin itself is plugin.ts. */
import "./plugin.ts";
