/* Lays out in the background: loading the bundle here makes this worker answer as one of ELK. */
"use strict";

importScripts("vendor/elk/elk.bundled.js");
try {
  // Evaluates the inner part of the bundle, which installs its own onmessage; only what comes after
  // that fails, because it expects a page.
  new ELK();
} catch {
  // Expected.
}
