// DPoP proofs by the package `dpop`.
//   node proofs.mjs NOW   prints proofs, with what each is for, as JSON
import { calculateThumbprint, generateKeyPair, generateProof } from "dpop";
import { freezeClock } from "./clock.mjs";

const COUNT = 200;
const ALGORITHMS = ["ES256", "Ed25519", "RS256", "PS256"];
const METHODS = ["GET", "POST", "DELETE"];

const now = Number(process.argv[2]);
freezeClock(now);
const pairs = [];
for (const algorithm of ALGORITHMS) {
  const pair = await generateKeyPair(algorithm);
  pairs.push({ algorithm, pair, thumbprint: await calculateThumbprint(pair.publicKey) });
}
const proofs = [];
for (let index = 0; index < COUNT; index += 1) {
  const { algorithm, pair, thumbprint } = pairs[index % pairs.length];
  const method = METHODS[index % METHODS.length];
  const url = `https://api.example/orders/${index}`;
  const token = `token-${index}`;
  const proof = await generateProof(pair, url, method, undefined, token);
  proofs.push({ algorithm, thumbprint, method, url, token, proof });
}
process.stdout.write(JSON.stringify(proofs));
