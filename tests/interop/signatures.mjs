// HTTP message signatures by the package `http-message-sig`.
//   node signatures.mjs sign NOW     prints keys and signed requests as JSON
//   node signatures.mjs verify NOW   reads the same from standard input, prints a verdict for each
import crypto from "node:crypto";
import { component, createSignature, verifySignature } from "http-message-sig";
import { ALGORITHMS, generate, verifier } from "./keys.mjs";
import { readInput } from "./input.mjs";

const COUNT = 240;
const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"];
const TARGETS = [
  "https://api.example/",
  "https://api.example/orders?page=2&size=10",
  "https://api.example:8443/a/b%20c?",
  "http://orders.example/%E2%82%AC/x;v=1?q=a+b%2Bc",
  "https://[2001:db8::1]:444/v6",
];

const [mode, now] = [process.argv[2], Number(process.argv[3])];
if (mode === "sign") await sign();
else await verify();

async function sign() {
  const keys = {};
  const signers = {};
  for (const algorithm of ALGORITHMS) {
    const { signer, public: told } = generate(algorithm);
    [keys[algorithm], signers[algorithm]] = [told, signer];
  }
  const messages = [];
  for (let index = 0; index < COUNT; index += 1) messages.push(await signed(index, signers));
  process.stdout.write(JSON.stringify({ keys, messages }));
}

async function signed(index, signers) {
  const algorithm = ALGORITHMS[index % ALGORITHMS.length];
  const label = `sig${index % 7}`;
  const request = requestOf(index);
  const fields = await createSignature(
    descriptor(request),
    { label, components: componentsOf(index, request), parameters: parametersOf(index, algorithm), signer: signers[algorithm] },
  );
  request.fields.push({ name: "Signature-Input", value: fields.signatureInput });
  request.fields.push({ name: "Signature", value: fields.signature });
  return { ...request, algorithm, label };
}

function requestOf(index) {
  const body = index % 2 === 0 ? `{"item": ${index}}` : null;
  const fields = [
    { name: "Content-Type", value: "application/json" },
    { name: "X-Trace", value: `first-${index}` },
    { name: "X-Trace", value: "second, third" },
    { name: "Example-Dict", value: `a=${index}, b=(1 "x");q=?0, c` },
  ];
  if (body !== null) {
    const digest = crypto.createHash("sha256").update(body).digest("base64");
    fields.push({ name: "Content-Digest", value: `sha-256=:${digest}:` });
  }
  return { method: METHODS[index % METHODS.length], url: TARGETS[index % TARGETS.length], fields, body };
}

function componentsOf(index, request) {
  const target = index % 3 === 0 ? ["@target-uri"] : ["@authority", "@path", "@query"];
  const components = ["@method", ...target, "content-type"];
  if (request.body !== null) components.push("content-digest");
  if (index % 4 === 1) components.push("x-trace");
  if (index % 5 === 2) components.push("@scheme", "@request-target");
  if (index % 4 === 3) components.push(component("example-dict", { key: ["a", "b", "c"][index % 3] }));
  return components;
}

function parametersOf(index, algorithm) {
  const parameters = { created: now - (index % 60), keyid: algorithm };
  if (index % 2 === 0) parameters.alg = algorithm;
  if (index % 3 === 1) parameters.expires = now + 60;
  if (index % 4 === 0) parameters.nonce = `nonce-${index}`;
  parameters.tag = "tollgate-interop";
  return parameters;
}

function descriptor({ method, url, fields }) {
  const requestTarget = url.slice(url.indexOf("/", "https://".length));
  return { kind: "request", method, targetUri: url, requestTarget, fields };
}

async function verify() {
  const { keys, messages } = await readInput();
  for (const message of messages) console.log(await verdict(keys, message));
}

async function verdict(keys, request) {
  const policy = {
    algorithms: ALGORITHMS,
    requiredComponents: ["@method"],
    requiredParameters: ["created", "keyid"],
    maxAge: 300,
    clockSkew: 30,
    now,
  };
  const resolveVerifier = () => verifier(request.algorithm, keys[request.algorithm]);
  try {
    await verifySignature(descriptor(request), { label: request.label, policy, resolveVerifier });
    return "verified";
  } catch (error) {
    return `refused ${error.code ?? error.message}`;
  }
}
