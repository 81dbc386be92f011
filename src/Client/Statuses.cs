using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Commission.Client;

/// <summary>Reads how a call ended.</summary>
internal static class Statuses
{
    /// <summary>The failure that these headers tell of, or null if they say OK.</summary>
    public static RpcFailure? Read(HttpHeaders headers)
    {
        if (First(headers, "grpc-status") is not { } text
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new RpcFailure(Code.Internal, "The response ended without a status.");
        }

        if (code == (int)Code.Ok)
        {
            return null;
        }

        var status = code is > 0 and <= (int)Code.Unauthenticated ? (Code)code : Code.Unknown;
        var message = Unescape(First(headers, "grpc-message") ?? string.Empty);
        return new RpcFailure(status, message, Details(First(headers, "grpc-status-details-bin")));
    }

    /// <summary>The failure of a response that isn't gRPC's, or null if it is.</summary>
    public static RpcFailure? ReadHttp(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var isGrpc = type?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        if (isGrpc && response.StatusCode == HttpStatusCode.OK)
        {
            return null;
        }

        var status = (int)response.StatusCode switch
        {
            400 => Code.Internal,
            401 => Code.Unauthenticated,
            403 => Code.PermissionDenied,
            404 => Code.Unimplemented,
            429 or 502 or 503 or 504 => Code.Unavailable,
            _ => Code.Unknown,
        };
        return new RpcFailure(status, $"The answer is not gRPC: HTTP {(int)response.StatusCode}, {type ?? "no type"}.");
    }

    /// <summary>The failure that a transport's exception means.</summary>
    public static RpcFailure FromTransport(Exception exception)
    {
        var cause = exception as HttpProtocolException ?? exception.InnerException as HttpProtocolException;
        var status = cause?.ErrorCode switch
        {
            0x8 => Code.Cancelled,
            0xb => Code.ResourceExhausted,
            0xc => Code.PermissionDenied,
            _ => Code.Unavailable,
        };
        return new RpcFailure(status, $"The connection failed: {exception.Message}", cause: exception);
    }

    /// <summary>All entries of headers, one per value.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Entries(HttpHeaders headers) =>
    [
        .. from header in headers.NonValidated
           from value in header.Value
           select new KeyValuePair<string, string>(header.Key.ToLowerInvariant(), value),
    ];

    private static string? First(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static RepeatedField<Any> Details(string? text)
    {
        if (text is null)
        {
            return [];
        }

        try
        {
            var padded = text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '=');
            return Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(padded)).Details;
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            // Details are an addition to the status; unreadable ones must not hide it.
            return [];
        }
    }

    private static string Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && HexByte(text.AsSpan(i + 1, 2)) is { } b)
            {
                bytes.Add(b);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static byte? HexByte(ReadOnlySpan<char> digits) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
