namespace Commission.Engine;

/// <summary>What bounds a document, so that no text can exhaust who reads it; and how a refusal says so.</summary>
internal static class Hostile
{
    /// <summary>Characters of a document that is read as a whole.</summary>
    public const int LengthMax = 32 * 1024 * 1024;

    /// <summary>Bytes of a document in JSON whose lists are read item by item.</summary>
    public const int BytesMax = 1024 * 1024 * 1024;

    /// <summary>Plans need about ten levels.</summary>
    public const int DepthMax = 40;

    /// <summary>Values that are held at one time. An alias counts as all that it repeats.</summary>
    public const int NodesMax = 2_000_000;

    public const string UncleanText = "the text holds a control character, or half of a character";

    public static readonly string TooDeep = $"the document is nested more than {DepthMax} levels deep";

    public static readonly string TooMany = $"the document holds more than {NodesMax} values";

    public static readonly string TooLong = $"the document is longer than {LengthMax} characters";

    /// <summary>Whether a text has no control characters but those that end lines, and no half characters.</summary>
    public static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            var control = char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t');
            if (control || (!pair && char.IsSurrogate(text[i])))
            {
                return false;
            }

            i += pair ? 1 : 0;
        }

        return true;
    }
}
