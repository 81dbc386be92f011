using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>How a call's end is written in headers.</summary>
internal static class StatusHeaders
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    /// <summary>Writes the status, the message and, if there are any, the details of a refusal.</summary>
    public static void Write(IHeaderDictionary headers, RpcError error)
    {
        headers.GrpcStatus = ((int)error.Status).ToString(CultureInfo.InvariantCulture);
        headers.GrpcMessage = Escape(error.Message);
        if (error.Details.Count > 0)
        {
            headers["grpc-status-details-bin"] = Convert.ToBase64String(StatusLimits.Details(error)).TrimEnd('=');
        }
    }

    /// <summary>Percent-encodes what isn't printable ASCII, as UTF-8; long messages are cut.</summary>
    public static string Escape(string message)
    {
        if (message.Length <= StatusLimits.MessageBytes && !message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var text = new StringBuilder(message.Length + 16);
        foreach (var rune in message.EnumerateRunes())
        {
            if (text.Length > StatusLimits.MessageBytes)
            {
                return text.Append("...").ToString();
            }

            Append(text, rune);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        if (rune.IsAscii && Plain.Contains((char)rune.Value))
        {
            text.Append((char)rune.Value);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
        {
            text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
    }
}
