using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>Refusals as JSON: google.rpc.Status with its details.</summary>
internal static class JsonErrors
{
    private const string TypePrefix = "type.googleapis.com/";

    // Messages quote what was sent, and people read them in terminals; the content type is no page's.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a refusal; if a stream of lines has begun, with a last line `{"error": …}`.</summary>
    public static async Task WriteAsync(HttpContext http, RpcError error, int? httpStatus = null)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var response = http.Response;
        if (response.HasStarted)
        {
            await response.BodyWriter.WriteAsync(Bytes(error, asLine: true));
            return;
        }

        response.StatusCode = httpStatus ?? HttpStatuses.Of(error.Status);
        response.ContentType = "application/json";
        if (error.Details.OfType<RetryInfo>().FirstOrDefault() is { RetryDelay: { } delay })
        {
            var seconds = delay.Seconds + (delay.Nanos > 0 ? 1 : 0);
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Status == RpcStatus.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        var body = Bytes(error, asLine: false);
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body);
    }

    private static ReadOnlyMemory<byte> Bytes(RpcError error, bool asLine)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            if (asLine)
            {
                json.WriteStartObject("error");
            }

            Write(json, error);
            json.WriteEndObject();
            if (asLine)
            {
                json.WriteEndObject();
            }
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, RpcError error)
    {
        json.WriteNumber("code", (int)error.Status);
        json.WriteString("message", StatusLimits.Cut(error.Message));
        json.WriteStartArray("details");
        foreach (var detail in StatusLimits.JsonDetails(error))
        {
            if (detail is ErrorInfo info)
            {
                Write(json, info);
            }
            else
            {
                json.WriteRawValue(Format(detail));
            }
        }

        json.WriteEndArray();
    }

    /// <summary>By hand, because the package still has the older name of `reason`.</summary>
    private static void Write(Utf8JsonWriter json, ErrorInfo info)
    {
        json.WriteStartObject();
        json.WriteString("@type", TypePrefix + ErrorInfo.Descriptor.FullName);
        json.WriteString("reason", info.Type);
        json.WriteString("domain", info.Domain);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in info.Metadata)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Format(IMessage detail)
    {
        var types = TypeRegistry.FromMessages(detail.Descriptor);
        return new JsonFormatter(JsonFormatter.Settings.Default.WithTypeRegistry(types)).Format(Any.Pack(detail));
    }
}
