namespace Commission.Engine;

/// <summary>Finds places inside what was read without errors, to warn there.</summary>
internal static class Places
{
    /// <summary>The item of a list, or null where there is none.</summary>
    public static Spot? Inner(this Spot? spot, int index) =>
        spot?.Node is ListNode list && list.Items.ElementAtOrDefault(index) is { } item
            ? new Spot(item, null, spot.Path.Item(index), spot.Problems)
            : null;

    /// <summary>The field's value, or null where there is none.</summary>
    public static Spot? Inner(this Spot? spot, string field) =>
        spot?.Node is MapNode map && map.Entries.Find(entry => entry.Name.Text == field) is { Name: { } name } found
            ? new Spot(found.Value, name, spot.Path.Field(field), spot.Problems)
            : null;

    /// <summary>A number as people write it.</summary>
    public static string Short(this decimal value) =>
        DecimalText.Of(value);

    /// <summary>A share as people write it: 0.5 is <c>50%</c>.</summary>
    public static string Percent(this decimal value) =>
        Math.Abs(value) < 1e20m ? (value * 100).Short() + "%" : value.Short();
}
