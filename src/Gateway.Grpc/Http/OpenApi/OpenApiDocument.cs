using System.Globalization;
using System.Text.Json.Nodes;
using Commission.Contracts.V1;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Http.OpenApi;

/// <summary>The OpenAPI document of a method table: every HTTP binding, made of descriptors and comments.</summary>
internal sealed class OpenApiDocument
{
    private static readonly string[] Verbs = ["GET", "PUT", "POST", "DELETE", "PATCH"];
    private readonly DocComments _comments;
    private readonly SchemaWriter _schemas;
    private readonly ErrorNotes _errors;
    private readonly JsonObject _status;
    private readonly JsonObject _streamEnd;

    private OpenApiDocument(DocComments comments)
    {
        (_comments, _schemas, _errors) = (comments, new SchemaWriter(comments), new ErrorNotes(comments));
        _status = _schemas.Add("Status", StatusSchema());
        _streamEnd = _schemas.Add("StreamError", StreamErrorSchema(_status.DeepClone()));
    }

    /// <summary>Makes the document.</summary>
    /// <param name="table">A complete table.</param>
    /// <param name="comments">Of the table's .proto files.</param>
    /// <param name="info">Title, version and so on, as OpenAPI has them.</param>
    public static JsonObject Create(MethodTable table, DocComments comments, JsonObject info)
    {
        var document = new OpenApiDocument(comments);
        var routes = table.Methods.SelectMany(JsonRoute.Of).Where(route => Verbs.Contains(route.Verb)).ToList();
        var services = routes.Select(route => route.Method.Descriptor.Service).Distinct();
        return new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = info,
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["tags"] = new JsonArray([.. services.Select(document.Tag)]),
            ["paths"] = document.Paths(routes),
            ["components"] = new JsonObject
            {
                ["schemas"] = document._schemas.Collected(),
                ["securitySchemes"] = new JsonObject
                {
                    ["bearer"] = new JsonObject
                    {
                        ["type"] = "http",
                        ["scheme"] = "bearer",
                        ["bearerFormat"] = "JWT",
                        ["description"] = "Needed where the silo asks for tokens (Auth:Mode oidc).",
                    },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
        };
    }

    private JsonObject Tag(ServiceDescriptor service) => new()
    {
        ["name"] = service.Name,
        ["description"] = _comments.Of(service.FullName),
    };

    private JsonObject Paths(List<JsonRoute> routes)
    {
        var paths = new JsonObject();
        var bindings = new Dictionary<RpcMethod, int>();
        foreach (var route in routes)
        {
            var (path, parameters) = route.Path.Describe();
            var number = bindings[route.Method] = bindings.GetValueOrDefault(route.Method) + 1;
            if (paths[path] is not JsonObject item)
            {
                paths[path] = item = [];
            }

            item[route.Verb.ToLowerInvariant()] = Operation(route, parameters, number);
        }

        return paths;
    }

    private JsonObject Operation(
        JsonRoute route, IReadOnlyList<(string Name, string? Field)> pathParameters, int number)
    {
        var method = route.Method.Descriptor;
        var comment = _comments.Of(method.FullName);
        var id = $"{method.Service.Name}_{method.Name}";
        var operation = new JsonObject
        {
            ["operationId"] = number == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}_{number}"),
            ["tags"] = new JsonArray(method.Service.Name),
            ["summary"] = FirstSentence(comment, method.Name),
            ["description"] = comment,
            ["x-grpc-method"] = method.FullName,
            ["x-roles"] = Roles(method),
        };
        var parameters = pathParameters.Select(p => PathParameter(route, p.Name, p.Field))
            .Concat(QueryParameters(route)).ToArray<JsonNode>();
        if (parameters.Length > 0)
        {
            operation["parameters"] = new JsonArray(parameters);
        }

        if (Body(route) is { } body)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Json(body) };
        }

        operation["responses"] = Responses(route);
        return operation;
    }

    /// <summary>Who may call, by the names in tokens; empty: nobody.</summary>
    private static JsonArray Roles(MethodDescriptor method) =>
    [
        .. method.GetOptions()?.GetExtension(AccessExtensions.Access)?.Roles
            .Select(role => JsonValue.Create(role.ToString().ToLowerInvariant())) ?? [],
    ];

    private JsonObject PathParameter(JsonRoute route, string name, string? field)
    {
        var target = field is null ? null : route.Variables.First(v => v.Text == field).Field;
        return new JsonObject
        {
            ["name"] = name,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = target is null ? "" : _schemas.Comment(target),
            ["schema"] = target is null ? new JsonObject { ["type"] = "string" } : _schemas.OfOne(target),
        };
    }

    private IEnumerable<JsonObject> QueryParameters(JsonRoute route) => route.AllOfBody
        ? []
        : QueryFields(route.Method.RequestType, [])
            .Where(path => path.Root != route.BodyField && !route.Variables.Any(v => v.Same(path)))
            .Select(path => new JsonObject
            {
                ["name"] = path.Text,
                ["in"] = "query",
                ["description"] = _schemas.Comment(path.Field),
                ["schema"] = path.Field.IsRepeated
                    ? new JsonObject { ["type"] = "array", ["items"] = _schemas.OfOne(path.Field) }
                    : _schemas.OfOne(path.Field),
            });

    /// <summary>Every field that the query can set, by its path; none twice inside itself.</summary>
    private static IEnumerable<FieldPath> QueryFields(MessageDescriptor type, string[] outer) =>
        type.Fields.InDeclarationOrder().SelectMany(field =>
        {
            var isInner = field is { FieldType: FieldType.Message, IsRepeated: false, IsMap: false }
                && !FieldText.IsTextual(field.MessageType);
            if (isInner)
            {
                return outer.Contains(field.MessageType.FullName, StringComparer.Ordinal)
                    ? []
                    : QueryFields(field.MessageType, [.. outer, field.MessageType.FullName])
                        .Select(inner => FieldPath.Of(field, inner));
            }

            return FieldPath.Find(type, field.Name) is { IsText: true } found ? [found] : [];
        });

    private JsonObject? Body(JsonRoute route)
    {
        if (route.BodyField is { } field)
        {
            return _schemas.Of(field);
        }

        var inPath = route.Variables.Select(variable => variable.Root).ToHashSet();
        return !route.AllOfBody ? null
            : inPath.Count == 0 ? _schemas.Of(route.Method.RequestType)
            : _schemas.Of(route.Method.RequestType, part => !inPath.Contains(part));
    }

    private JsonObject Responses(JsonRoute route)
    {
        var type = route.Method.ResponseType;
        var schema = route.ResponseField is { } field ? _schemas.Of(field) : _schemas.Of(type);
        var success = route.Method.Kind == RpcKind.ServerStream
            ? Response(
                "A stream of lines, each a JSON document; the last one may be an error.",
                new()
                {
                    ["application/x-ndjson"] = new JsonObject
                    {
                        ["schema"] = new JsonObject { ["anyOf"] = new JsonArray(schema, _streamEnd.DeepClone()) },
                    },
                })
            : Response(_comments.Of(type.FullName) is { Length: > 0 } text ? text : "The answer.", Json(schema));
        var responses = new JsonObject { ["200"] = success };
        foreach (var (code, names) in _errors.Of(route.Method.Descriptor))
        {
            responses[code] = Response(names, Json(_status.DeepClone().AsObject()));
        }

        responses["default"] = Response("Any other refusal.", Json(_status.DeepClone().AsObject()));
        return responses;
    }

    private static JsonObject Response(string description, JsonObject content) =>
        new() { ["description"] = description, ["content"] = content };

    private static JsonObject Json(JsonObject schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static string FirstSentence(string comment, string name)
    {
        var line = comment.ReplaceLineEndings(" ");
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return line.Length == 0 ? name : (end < 0 ? line : line[..end]).TrimEnd('.');
    }

    private static JsonObject StatusSchema() => new()
    {
        ["type"] = "object",
        ["description"] = "google.rpc.Status: why the call was refused.",
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject
            {
                ["type"] = "integer", ["format"] = "int32", ["description"] = "The status code of gRPC.",
            },
            ["message"] = new JsonObject { ["type"] = "string", ["description"] = "One sentence for developers." },
            ["details"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "google.rpc.BadRequest, ErrorInfo, RetryInfo: for programs.",
                ["items"] = SchemaWriter.AnyMessage(),
            },
        },
    };

    private static JsonObject StreamErrorSchema(JsonNode status) => new()
    {
        ["type"] = "object",
        ["description"] = "The last line of a stream that failed after it had begun.",
        ["required"] = new JsonArray("error"),
        ["properties"] = new JsonObject { ["error"] = status },
    };
}
