using System.Buffers.Text;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Google.Protobuf;

namespace Commission.Grains.History;

/// <summary>Which credits are asked for.</summary>
/// <param name="Window">A window's name; empty: every day from <paramref name="From"/> to <paramref name="To"/>.
/// </param>
/// <param name="From">First day; null: from the first.</param>
/// <param name="To">Last day; null: to the last.</param>
/// <param name="Size">The most credits of the page.</param>
/// <param name="After">Where the page before ended; null on the first.</param>
/// <param name="Moment">Of which state; null: as things stand.</param>
internal sealed record CreditSelection(
    string Window, DateOnly? From, DateOnly? To, int Size, CreditsPage? After, Moment? Moment)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    /// <summary>Reads a request.</summary>
    public static Answer<CreditSelection> Read(ListCreditsRequest request)
    {
        var fields = new Fields();
        if (request.PageSize is < 0 or > LargestPage)
        {
            fields.Refuse("page_size", $"{request.PageSize} is not a page size: expected 0 to {LargestPage}.");
        }

        var (from, to) = (fields.OptionalDay("from", request.From), fields.OptionalDay("to", request.To));
        if (from > to)
        {
            fields.Refuse("to", $"{request.To} is before {request.From}.");
        }

        if (request.Window.Length > 0 && request.From.Length + request.To.Length > 0)
        {
            fields.Refuse("window", "Choose a window, or days from and to.");
        }

        var after = request.PageToken.Length == 0 ? null : Decode(request.PageToken);
        if (request.PageToken.Length > 0 && after is null)
        {
            fields.Refuse("page_token", "This is not what a page before ended with: ask for the first page again.");
        }

        var size = request.PageSize == 0 ? DefaultPage : request.PageSize;
        var moment = after is null ? request.AsOf : new Moment { Sequence = after.Sequence };
        return fields.Refused
            ? fields.Refusals
            : new CreditSelection(request.Window, from, to, size, after, moment);
    }

    /// <summary>The token of the page that follows a credit.</summary>
    public static string Encode(long sequence, Deal last) => Base64Url.EncodeToString(
        new CreditsPage { Sequence = sequence, Credited = last.Credited, Deal = last.Deal_ }.ToByteArray());

    private static CreditsPage? Decode(string token)
    {
        try
        {
            var page = CreditsPage.Parser.ParseFrom(Base64Url.DecodeFromChars(token));
            return page.Sequence > 0 ? page : null;
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
