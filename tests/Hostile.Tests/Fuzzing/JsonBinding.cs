using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Commission.Gateway.Grpc;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>One HTTP binding of a method, by the annotation alone: how a client would write it.</summary>
internal sealed partial class JsonBinding
{
    private readonly string _template;
    private readonly string _body;

    private JsonBinding(RpcMethod method, string verb, string template, string body)
    {
        (Method, Verb, _template, _body) = (method, verb, template, body);
        Segments = [.. Variables().Matches(template).Select(match => match.Groups["field"].Value)];
    }

    public RpcMethod Method { get; }

    public string Verb { get; }

    public bool HasBody => _body.Length > 0;

    private IReadOnlyList<string> Segments { get; }

    /// <summary>All bindings of these methods.</summary>
    public static IReadOnlyList<JsonBinding> Of(IEnumerable<RpcMethod> methods) =>
        [.. methods.SelectMany(method => Rules(method.Descriptor).Select(rule => Create(method, rule)))];

    /// <summary>The request for a message: what its path holds, what its query, and what its body.</summary>
    public (string Path, IReadOnlyList<(string Name, string Value)> Query, string Body) Write(IMessage message)
    {
        var rest = JsonNode.Parse(JsonFormatter.Default.Format(message))!.AsObject();
        var path = Variables().Replace(
            _template, match => Uri.EscapeDataString(Take(rest, match.Groups["field"].Value)));
        if (_body == "*")
        {
            return (path, [], rest.ToJsonString());
        }

        var body = "";
        if (_body.Length > 0)
        {
            var field = Method.RequestType.FindFieldByName(_body).JsonName;
            body = rest[field]?.ToJsonString() ?? "{}";
            rest.Remove(field);
        }

        var query = new List<(string, string)>();
        Flatten(rest, "", query);
        return (path, query, body);
    }

    private static IEnumerable<HttpRule> Rules(MethodDescriptor method) =>
        method.GetOptions()?.HasExtension(AnnotationsExtensions.Http) == true
            ? method.GetOptions().GetExtension(AnnotationsExtensions.Http) is var rule
                ? rule.AdditionalBindings.Prepend(rule)
                : []
            : [];

    private static JsonBinding Create(RpcMethod method, HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => new(method, "GET", rule.Get, rule.Body),
        HttpRule.PatternOneofCase.Put => new(method, "PUT", rule.Put, rule.Body),
        HttpRule.PatternOneofCase.Post => new(method, "POST", rule.Post, rule.Body),
        HttpRule.PatternOneofCase.Delete => new(method, "DELETE", rule.Delete, rule.Body),
        HttpRule.PatternOneofCase.Patch => new(method, "PATCH", rule.Patch, rule.Body),
        _ => new(method, rule.Custom.Kind, rule.Custom.Path, rule.Body),
    };

    /// <summary>Takes a field's text out of the message; an empty one would make another path.</summary>
    private string Take(JsonObject message, string field)
    {
        var parts = field.Split('.');
        var at = message;
        var type = Method.RequestType;
        foreach (var part in parts[..^1])
        {
            var name = type.FindFieldByName(part).JsonName;
            type = type.FindFieldByName(part).MessageType;
            at = at?[name] as JsonObject;
        }

        var last = type.FindFieldByName(parts[^1]).JsonName;
        var value = at?[last]?.ToString();
        at?.Remove(last);
        return string.IsNullOrEmpty(value) ? "~" : value;
    }

    private static void Flatten(JsonNode? node, string path, List<(string Name, string Value)> query)
    {
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                Flatten(value, path.Length == 0 ? name : $"{path}.{name}", query);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Flatten(item, path, query);
            }
        }
        else if (node is not null)
        {
            query.Add((path, node.ToString()));
        }
    }

    [GeneratedRegex(@"\{(?<field>[a-z0-9_.]+)(=[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variables();
}
