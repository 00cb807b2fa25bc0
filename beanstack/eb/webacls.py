"""ARNs of web ACLs of AWS WAF, as load balancers take them: in scope REGIONAL, not those for CloudFront.

https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
"""

WEB_ACL = r"arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[0-9a-f-]{1,36}"
FORM = "the ARN of a regional web ACL, arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID"
