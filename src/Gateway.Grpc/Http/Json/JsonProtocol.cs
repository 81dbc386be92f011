using System.Text;
using Commission.Gateway.Grpc.Telemetry;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Makes of each method what answers it by JSON.</summary>
internal sealed class JsonProtocol(RpcServer server) : IRpcMethodVisitor<Func<JsonRoute, string[], HttpContext, Task>>
{
    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public Func<JsonRoute, string[], HttpContext, Task> Visit<TReq, TRes>(UnaryMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        (route, values, http) => RunAsync(route, http, async call =>
        {
            var request = await JsonRequest.ReadAsync<TReq>(call, route, values);
            var response = await method.Handler(request, call);
            ThrowIfLate(call);
            SendHeaders(call, "application/json");
            await WriteAsync(call, route.ResponseField, response);
        });

    public Func<JsonRoute, string[], HttpContext, Task> Visit<TReq, TRes>(ServerStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        (route, values, http) => RunAsync(route, http, async call =>
        {
            var request = await JsonRequest.ReadAsync<TReq>(call, route, values);
            await foreach (var response in method.Handler(request, call).WithCancellation(call.CancellationToken))
            {
                SendHeaders(call, "application/x-ndjson");
                await WriteAsync(call, route.ResponseField, response);
            }

            ThrowIfLate(call);
            SendHeaders(call, "application/x-ndjson");
        });

    public Func<JsonRoute, string[], HttpContext, Task> Visit<TReq, TRes>(ClientStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() => throw NoStreams(method);

    public Func<JsonRoute, string[], HttpContext, Task> Visit<TReq, TRes>(DuplexMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() => throw NoStreams(method);

    private static InvalidOperationException NoStreams(RpcMethod method) =>
        new($"{method.FullName} has a stream of requests, so no HTTP binding.");

    private static void ThrowIfLate(HttpCall call)
    {
        if (call.IsPastDeadline)
        {
            throw new OperationCanceledException();
        }
    }

    private static void SendHeaders(HttpCall call, string type)
    {
        var response = call.Http.Response;
        if (response.HasStarted)
        {
            return;
        }

        response.ContentType = type;
        AppendMetadata(call);
    }

    private static void AppendMetadata(HttpCall call)
    {
        var entries = call.HasResponseHeaders ? call.ResponseHeaders : Enumerable.Empty<KeyValuePair<string, string>>();
        if (call.HasResponseTrailers)
        {
            // HTTP/1.1 clients hardly ever read trailers; what is known by now may as well go first.
            entries = entries.Concat(call.ResponseTrailers);
        }

        foreach (var (name, value) in entries)
        {
            call.Http.Response.Headers.Append(name, value);
        }
    }

    private static async ValueTask WriteAsync(HttpCall call, FieldDescriptor? field, IMessage message)
    {
        using var text = new StringWriter();
        if (field is null)
        {
            Formatter.Format(message, text);
        }
        else
        {
            Formatter.WriteValue(text, field.Accessor.GetValue(message));
        }

        text.Write('\n');
        await call.Http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), call.CancellationToken);
    }

    private async Task RunAsync(JsonRoute route, HttpContext http, Func<HttpCall, Task> body)
    {
        HttpCall call;
        try
        {
            call = new HttpCall(server, route.Method, http, Timeouts.Parse(http.Request.Headers.GrpcTimeout));
        }
        catch (RpcError error)
        {
            await JsonErrors.WriteAsync(http, error);
            return;
        }

        using (call)
        {
            try
            {
                await server.EnterAsync(call);
                await body(call);
                call.Close(RpcStatus.Ok);
            }
            catch (HttpRefusal refusal)
            {
                GatewayMeters.Refused(refusal.Error);
                call.Close(refusal.Error.Status);
                await JsonErrors.WriteAsync(http, refusal.Error, refusal.HttpStatus);
            }
            catch (Exception e)
            {
                await FailAsync(call, e);
            }
        }
    }

    private async Task FailAsync(HttpCall call, Exception exception)
    {
        var error = server.Refusal(exception, call);
        call.Close(error.Status);
        if (!call.Http.Response.HasStarted)
        {
            AppendMetadata(call);
        }

        await JsonErrors.WriteAsync(call.Http, error, (exception as BadHttpRequestException)?.StatusCode);
    }
}
