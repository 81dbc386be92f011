using Google.Api;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http;

/// <summary>One HTTP binding of a method, with its names resolved to fields.</summary>
internal sealed class JsonRoute
{
    private JsonRoute(RpcMethod method, string verb, PathTemplate path, HttpRule rule)
    {
        Method = method;
        Verb = verb;
        Path = path;
        Variables = [.. path.Variables.Select(v => TextField(method, rule, v.Field))];
        AllOfBody = rule.Body == "*";
        BodyField = rule.Body is "" or "*" ? null : Direct(method, rule, method.RequestType, rule.Body);
        ResponseField = rule.ResponseBody.Length == 0
            ? null
            : Direct(method, rule, method.ResponseType, rule.ResponseBody);
    }

    public RpcMethod Method { get; }

    /// <summary>GET, POST and so on.</summary>
    public string Verb { get; }

    public PathTemplate Path { get; }

    /// <summary>The fields of the path's variables, in their order.</summary>
    public IReadOnlyList<FieldPath> Variables { get; }

    /// <summary>Whether the body is the whole request.</summary>
    public bool AllOfBody { get; }

    /// <summary>The field that the body is, or null.</summary>
    public FieldDescriptor? BodyField { get; }

    /// <summary>The field that is the response's body, or null if all of it is.</summary>
    public FieldDescriptor? ResponseField { get; }

    /// <summary>All bindings of a method; none if it has no annotation.</summary>
    /// <exception cref="InvalidOperationException">A binding is malformed, or the method can't have one.</exception>
    public static IEnumerable<JsonRoute> Of(RpcMethod method)
    {
        var options = method.Descriptor.GetOptions();
        if (options is null || !options.HasExtension(AnnotationsExtensions.Http))
        {
            return [];
        }

        if (method.Kind is RpcKind.ClientStream or RpcKind.Duplex)
        {
            throw new InvalidOperationException($"{method.FullName} has a stream of requests, so no HTTP binding.");
        }

        var rule = options.GetExtension(AnnotationsExtensions.Http);
        return rule.AdditionalBindings.Prepend(rule).Select(r => Create(method, r)).ToArray();
    }

    private static JsonRoute Create(RpcMethod method, HttpRule rule)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            HttpRule.PatternOneofCase.Custom => (rule.Custom.Kind, rule.Custom.Path),
            _ => throw new InvalidOperationException($"{method.FullName} has an HTTP binding without a path."),
        };
        return new JsonRoute(method, verb, PathTemplate.Parse(path), rule);
    }

    private static FieldPath TextField(RpcMethod method, HttpRule rule, string name)
    {
        var field = FieldPath.Find(method.RequestType, name);
        return field is { IsText: true, Field.IsRepeated: false }
            ? field
            : throw Wrong(method, rule, $"'{name}' is not a field that a path can hold");
    }

    private static FieldDescriptor Direct(RpcMethod method, HttpRule rule, MessageDescriptor type, string name) =>
        type.FindFieldByName(name) ?? throw Wrong(method, rule, $"{type.FullName} has no field '{name}'");

    private static InvalidOperationException Wrong(RpcMethod method, HttpRule rule, string why) =>
        new($"The HTTP binding {rule} of {method.FullName} is wrong: {why}.");
}
