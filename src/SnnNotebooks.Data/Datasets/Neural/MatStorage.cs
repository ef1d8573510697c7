namespace SnnNotebooks.Datasets.Neural;

/// <summary>How the values of one data element of a MAT file are stored, which may be narrower than their class.</summary>
internal enum MatStorage
{
    None = 0,
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
    Utf8 = 16,
    Utf16 = 17,
    Utf32 = 18,
}

/// <summary>Sizes of stored values.</summary>
internal static class MatStorageSizes
{
    /// <summary>Bytes of one value; 0 for what holds no plain values.</summary>
    public static int Size(this MatStorage storage) => storage switch
    {
        MatStorage.Int8 or MatStorage.UInt8 or MatStorage.Utf8 => 1,
        MatStorage.Int16 or MatStorage.UInt16 or MatStorage.Utf16 => 2,
        MatStorage.Int32 or MatStorage.UInt32 or MatStorage.Single or MatStorage.Utf32 => 4,
        MatStorage.Double or MatStorage.Int64 or MatStorage.UInt64 => 8,
        _ => 0,
    };
}
