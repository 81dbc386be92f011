namespace Commission.Style.Tests;

/// <summary>Says every offence, one on a line.</summary>
internal static class Offences
{
    /// <summary>Fails unless there is none.</summary>
    public static void None(IEnumerable<string> offences)
    {
        var all = offences.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}
